{{/* What the studio and its drivers are told. */}}

{{- define "bookfilm.studioData" -}}
{{- printf "%s/%s" .Values.storage.mountPath .Values.studio.folder -}}
{{- end -}}

{{- define "bookfilm.studioTokenSecret" -}}
{{- default (printf "%s-studio-token" (include "bookfilm.fullname" .)) .Values.studio.tokenSecret -}}
{{- end -}}

{{- define "bookfilm.studioSettings" -}}
{{- $presets := list -}}
{{- range default (include "bookfilm.appPresets" . | fromJsonArray) .Values.studio.presets -}}
{{- $presets = append $presets (include "bookfilm.preset" (dict "root" $ "name" .)) -}}
{{- end -}}
presets = {{ toJson $presets }}
# Drivers are another Deployment's; clips are drawn here.
clips = true
{{ .Values.studio.settings }}
{{- end -}}
