import { describe, expect, it } from 'vitest'
import { ofProject, serviceText } from './service-text'

describe('how a service is named', () => {
  it('tells its project', () => {
    expect(serviceText({ serviceName: 'web', projectId: 'crm' })).toBe('web of crm')
    expect(ofProject({ serviceName: 'web', projectId: 'crm' })).toBe(' of crm')
  })
  it('says one name once', () => {
    expect(serviceText({ serviceName: 'crm', projectId: 'crm' })).toBe('crm')
    expect(ofProject({ serviceName: 'crm', projectId: 'crm' })).toBe('')
  })
  it('goes by what the project is called, not by its folder', () => {
    expect(serviceText({ serviceName: 'crm', projectId: 'crm', projectName: 'Customers' })).toBe(
      'crm of Customers',
    )
    expect(serviceText({ serviceName: 'crm', projectId: 'clients/crm', projectName: 'crm' })).toBe('crm')
  })
  it('shows what cannot be seen', () => {
    expect(serviceText({ serviceName: 'a\u202eb', projectId: 'crm' })).toBe('a\\u202eb of crm')
  })
})
