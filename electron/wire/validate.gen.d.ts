/* Generated from shared/protocol.json by `npm run protocol`. Do not edit. */
import type { ClientMessage, ServerMessage, ShellLine, SidecarLine } from './messages.gen'
type Validator<T> = ((value: unknown) => value is T) & { errors?: { instancePath: string; message?: string }[] | null }
export const isClientMessage: Validator<ClientMessage>
export const isServerMessage: Validator<ServerMessage>
export const isSidecarLine: Validator<SidecarLine>
export const isShellLine: Validator<ShellLine>
