{{/* Names and labels. */}}

{{- define "bookfilm.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
By what policies, budgets and the monitor know every pod of this release. Ray's pods carry no app.kubernetes.io/name: KubeRay
gives them its own, and the service that drivers join at selects the head by that.
*/}}
{{- define "bookfilm.mine" -}}
bookfilm/release: {{ .Release.Name }}
{{- end -}}

{{/* Pods of Deployments and Jobs, which KubeRay has no part in. */}}
{{- define "bookfilm.selector" -}}
app.kubernetes.io/name: bookfilm
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "bookfilm.labels" -}}
{{ include "bookfilm.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* Kueue admits what carries its queue's name. */}}
{{- define "bookfilm.queue" -}}
{{- with .Values.kueue.queueName }}
kueue.x-k8s.io/queue-name: {{ . }}
{{- end }}
{{- with .Values.kueue.priorityClass }}
kueue.x-k8s.io/priority-class: {{ . }}
{{- end }}
{{- end -}}

{{- define "bookfilm.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default (printf "%s-cpu" .Chart.AppVersion) $image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "bookfilm.gpuImage" -}}
{{- $image := .Values.gpuImage -}}
{{- $repository := default .Values.image.repository $image.repository -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (default (printf "%s-gpu" .Chart.AppVersion) $image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "bookfilm.claim" -}}
{{- default (printf "%s-films" (include "bookfilm.fullname" .)) .Values.storage.existingClaim -}}
{{- end -}}

{{- define "bookfilm.tokenSecret" -}}
{{- default (printf "%s-ray-token" (include "bookfilm.fullname" .)) .Values.auth.existingSecret -}}
{{- end -}}

{{/*
A preset's ConfigMap: one for each, by its text, so that a changed one is another. Nobody waits for a mount to follow, and who
does not use it is left alone.
*/}}
{{- define "bookfilm.presetName" -}}
{{- printf "%s-preset-%s-%s" (include "bookfilm.fullname" .root) .name (get .root.Values.presets .name | sha256sum | trunc 8) -}}
{{- end -}}

{{/* A preset as bookfilm takes it: a name, or the file of one of this release. */}}
{{- define "bookfilm.preset" -}}
{{- if hasKey .root.Values.presets .name -}}
/etc/bookfilm/presets/{{ .name }}.toml
{{- else -}}
{{ .name }}
{{- end -}}
{{- end -}}

{{/* The presets that apps run, as a JSON list, in their order. */}}
{{- define "bookfilm.appPresets" -}}
{{- $names := list -}}
{{- range .Values.apps -}}{{- $names = append $names .preset -}}{{- end -}}
{{- toJson $names -}}
{{- end -}}
