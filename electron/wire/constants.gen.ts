/* Generated from shared/protocol.json by `npm run protocol`. Do not edit. */
import type { FailureCode } from './messages.gen'

export const PROTOCOL_VERSION = 1

/** Whether trying again can help. */
export const RETRYABLE: Record<FailureCode, boolean> = {
  "bad_message": false,
  "message_too_large": false,
  "version_mismatch": false,
  "not_speaker": false,
  "bad_config": false,
  "bad_audio": false,
  "engine_missing": false,
  "engine_failed": true,
  "transcriber_failed": true,
  "model_no_key": false,
  "model_key_refused": false,
  "model_request_refused": false,
  "model_rate_limited": true,
  "model_overloaded": true,
  "model_unreachable": true,
  "model_stream_cut": true,
  "model_failed": true,
  "synthesizer_failed": true,
  "tool_server_failed": false,
  "memory_failed": false,
  "unknown_model": false,
  "download_failed": true,
  "too_many_connections": true,
  "source_error": false,
  "internal": true
}
