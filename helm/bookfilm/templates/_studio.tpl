{{/* What the studio and its drivers are told. */}}

{{- define "bookfilm.studioData" -}}
{{- printf "%s/%s" .Values.storage.mountPath .Values.studio.folder -}}
{{- end -}}

{{- define "bookfilm.studioTokenSecret" -}}
{{- default (printf "%s-studio-token" (include "bookfilm.fullname" .)) .Values.studio.tokenSecret -}}
{{- end -}}

{{/* A ledger that all its films share, on the volume where no other is named. */}}
{{- define "bookfilm.studioLedgerEnv" -}}
{{- if or .Values.ledger.url .Values.ledger.urlSecret -}}
{{- include "bookfilm.ledgerEnv" . -}}
{{- else }}
- name: BOOKFILM_LEDGER
  value: sqlite:///{{ include "bookfilm.studioData" . }}/ledger.sqlite
{{- end }}
{{- end -}}

{{- define "bookfilm.studioSettings" -}}
{{- $presets := list -}}
{{- $wanted := .Values.studio.presets -}}
{{- if not $wanted -}}
{{- range .Values.apps -}}{{- $wanted = append $wanted .preset -}}{{- end -}}
{{- end -}}
{{- range $wanted -}}
{{- $presets = append $presets (include "bookfilm.preset" (dict "root" $ "name" .)) -}}
{{- end -}}
presets = {{ toJson $presets }}
# Drivers are another Deployment's; clips are drawn here.
clips = true
{{ .Values.studio.settings }}
{{- end -}}
