import { SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { Section } from './section'
import styles from './settings.module.css'

export function ThemeSection() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Section title="Theme" words="dark light system colours appearance" note="of this browser">
      <div className={styles.block}>
        <SegmentedControl
          size="xs"
          aria-label="Theme"
          value={colorScheme}
          onChange={(value) => setColorScheme(value as 'light' | 'dark' | 'auto')}
          data={[
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
            { value: 'auto', label: 'As the system' },
          ]}
        />
      </div>
    </Section>
  )
}
