import { plain } from './format'

/** What a project is called: as the configuration does, else by its folder. */
export function projectText(of: { projectId: string; projectName?: string | undefined }): string {
  return plain(of.projectName ?? of.projectId)
}
