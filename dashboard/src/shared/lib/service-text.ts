import { plain } from './format'
import { projectText } from './project-text'

interface Named {
  serviceName: string
  projectId: string
  projectName?: string | undefined
}

/** “ of crm”, to stand behind a service's name; '' where the two are called the same, as many a project's only service is. */
export function ofProject(service: Named): string {
  const project = projectText(service)
  return project === plain(service.serviceName) ? '' : ` of ${project}`
}

/** A service as people are told of it: “web of crm”, and “crm” where that is what its project is called, too. */
export function serviceText(service: Named): string {
  return plain(service.serviceName) + ofProject(service)
}
