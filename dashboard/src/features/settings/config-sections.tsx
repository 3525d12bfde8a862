import {
  elementFields,
  type Setting,
  settingField,
  settingsBelow,
  type Value,
  valueText,
} from '@/shared/config/config'
import { EditButton, useConfig } from '@/shared/config/editing'
import { Meaning } from '@/shared/config/meaning'
import { plain } from '@/shared/lib/format'
import { Section } from './section'
import styles from './settings.module.css'

interface GroupSectionProps {
  title: string
  words: string
  prefixes: string[]
  note?: string
}

/** Single keys that belong together. Nobody but an admin sees them. */
export function GroupSection({ title, words, prefixes, note }: GroupSectionProps) {
  const config = useConfig()
  if (config === undefined) return null
  const settings = settingsBelow(config, prefixes)
  const changeable = settings.filter(({ byHand }) => !byHand)
  const all = settings.map(({ key, meaning }) => `${key} ${meaning}`).join(' ')
  return (
    <Section
      title={title}
      words={`${words} ${all}`}
      note={note}
      actions={
        changeable.length > 0 && (
          <EditButton of={title} request={() => ({ title, fields: changeable.map(settingField) })}>
            Edit
          </EditButton>
        )
      }
    >
      <SettingList settings={settings} />
    </Section>
  )
}

/** What is set stands out; what is not shows the default that holds. */
export function SettingList({ settings }: { settings: Setting[] }) {
  return (
    <dl className={styles.settings}>
      {settings.map((setting) => (
        <div key={setting.key} className={styles.setting} data-set={setting.isSet}>
          <dt>
            <code className="pm-mono">{setting.key}</code>
            <span className={styles.quiet}>
              <Meaning text={setting.meaning} />
            </span>
          </dt>
          <dd>
            <span className={styles.value}>{shown(setting)}</span>
            <span className={styles.quiet}>
              {setting.isSet ? `line ${setting.line}` : 'default'}
              {setting.byHand && ' · by hand'}
              {setting.atStart && ' · from the next start on'}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function shown(setting: Setting): string {
  if (setting.isSecret) return setting.isSet ? 'set' : '–'
  return plain(valueText((setting.isSet ? setting.value : setting.default) as Value))
}

interface TableSectionProps {
  table: string
  title: string
  words: string
  /** What one of them is called, for its buttons. */
  one: string
  empty: string
}

/** A list of tables: [[service]] and its like. */
export function TableSection({ table: key, title, words, one, empty }: TableSectionProps) {
  const config = useConfig()
  const table = config?.tables.find((known) => known.key === key)
  if (table === undefined) return null
  const count = table.elements.length
  return (
    <Section
      title={title}
      words={`${words} [[${key}]] ${table.fields.map((field) => `${field.key} ${field.meaning}`).join(' ')}`}
      note={`[[${key}]]`}
      actions={
        <EditButton request={() => ({ title: `Add ${one}`, fields: elementFields(table, count) })}>
          Add {one}
        </EditButton>
      }
    >
      {count === 0 ? (
        <p className={`${styles.block} pm-muted`}>{empty}.</p>
      ) : (
        <ul className={styles.list}>
          {table.elements.map((element, index) => (
            <li key={element.line} className={styles.row}>
              <span className={styles.name}>
                {Object.entries(element.values as Record<string, Value>).map(([name, value]) => (
                  <span key={name} className={styles.pair}>
                    <code className="pm-mono">{plain(name)}</code>{' '}
                    {value === null ? (
                      <span className={styles.quiet}>not shown</span>
                    ) : (
                      plain(valueText(value))
                    )}
                  </span>
                ))}
              </span>
              <span className={styles.quiet}>line {element.line}</span>
              <EditButton
                of={`${one} ${index + 1}`}
                request={() => ({ title: `Edit ${one}`, fields: elementFields(table, index) })}
              >
                Edit
              </EditButton>
              <EditButton
                of={`${one} ${index + 1}`}
                request={() => ({
                  title: `Remove ${one}`,
                  changes: [{ key: `${key}[${index}]`, value: null }],
                })}
              >
                Remove
              </EditButton>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
