import { type ReactNode, useEffect } from 'react'
import styles from './page.module.css'

interface PageProps {
  title: string
  note?: ReactNode
  actions?: ReactNode
  /** As high as the window, with scrolling inside: tables, maps. */
  fill?: boolean
  children: ReactNode
}

/** What every page looks like: its name, what one may know at once, what one may do, and the rest. */
export function Page({ title, note, actions, fill = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · port-manager`
  }, [title])
  return (
    <div className={fill ? `${styles.page} ${styles.fill}` : styles.page}>
      <header className={styles.head}>
        <h1 className={styles.title}>{title}</h1>
        {note !== undefined && <div className={styles.note}>{note}</div>}
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}

interface PanelProps {
  title?: string
  note?: ReactNode
  actions?: ReactNode
  /** The body touches the panel's edges: lists and tables. */
  flush?: boolean
  children: ReactNode
}

export function Panel({ title, note, actions, flush = false, children }: PanelProps) {
  return (
    <section className={styles.panel} aria-label={title}>
      {title !== undefined && (
        <header className={styles.panelHead}>
          <h2 className={styles.panelTitle}>{title}</h2>
          {note !== undefined && <span className={styles.note}>{note}</span>}
          {actions !== undefined && <div className={styles.actions}>{actions}</div>}
        </header>
      )}
      {flush ? children : <div className={styles.panelBody}>{children}</div>}
    </section>
  )
}
