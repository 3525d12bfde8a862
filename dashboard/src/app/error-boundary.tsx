import { Component, type ReactNode } from 'react'
import { Failure } from '@/shared/ui/states'

interface State {
  error: Error | null
}

/** A page that breaks takes nothing else with it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(error: Error): State {
    return { error }
  }

  override render() {
    if (this.state.error === null) return this.props.children
    return <Failure error={this.state.error} onRetry={() => this.setState({ error: null })} />
  }
}
