{{/* What all pods of this release have in common. */}}

{{- define "bookfilm.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ int64 .Values.podSecurity.userId }}
runAsGroup: {{ int64 .Values.podSecurity.groupId }}
fsGroup: {{ int64 .Values.podSecurity.groupId }}
# A large volume would be walked file by file at each start.
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "bookfilm.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "bookfilm.env" -}}
- name: HOME
  value: /home/bookfilm
- name: RAY_USAGE_STATS_ENABLED
  value: "0"
{{- if eq .Values.logs "json" }}
- name: BOOKFILM_LOG
  value: json
{{- end }}
- name: HF_HOME
  value: {{ .Values.models.mountPath }}
{{- if .Values.models.offline }}
- name: HF_HUB_OFFLINE
  value: "1"
{{- end }}
{{- range .Values.env }}
- name: {{ .name }}
  {{- if .secretName }}
  valueFrom:
    secretKeyRef:
      name: {{ .secretName }}
      key: {{ .secretKey }}
  {{- else }}
  value: {{ .value | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Who may enter the bucket of takes. Its address is the drivers' business, and travels with each row. */}}
{{- define "bookfilm.bucketKeys" -}}
{{- if and .Values.takes.bucket .Values.takes.credentialsSecret }}
{{- range list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ $.Values.takes.credentialsSecret }}
      key: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "bookfilm.bucketEnv" -}}
{{- with .Values.takes }}
{{- if .bucket }}
- name: BOOKFILM_TAKES
  value: {{ .bucket | quote }}
{{- with .endpoint }}
- name: AWS_ENDPOINT_URL
  value: {{ . | quote }}
{{- end }}
{{- with .region }}
- name: AWS_REGION
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- include "bookfilm.bucketKeys" . }}
{{- end -}}

{{/* One for all of the release: where the studio's films share a file on the volume, the others are in it too, and the desk. */}}
{{- define "bookfilm.ledgerEnv" -}}
{{- $shared := and .Values.studio.enabled (printf "sqlite:///%s/ledger.sqlite" (include "bookfilm.studioData" .)) }}
{{- with .Values.ledger }}
{{- if .urlSecret }}
- name: BOOKFILM_LEDGER
  valueFrom:
    secretKeyRef:
      name: {{ .urlSecret }}
      key: {{ .urlSecretKey }}
{{- else if .url }}
- name: BOOKFILM_LEDGER
  value: {{ .url | quote }}
{{- else if $shared }}
- name: BOOKFILM_LEDGER
  value: {{ $shared }}
{{- end }}
{{- end }}
{{- end -}}

{{/* OpenTelemetry's own variables: .root is the release, .service what the spans are said to come from. */}}
{{- define "bookfilm.tracingEnv" -}}
{{- with .root.Values.tracing }}
{{- if .endpoint }}
- name: OTEL_SERVICE_NAME
  value: {{ $.service }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ .endpoint | quote }}
- name: OTEL_TRACES_SAMPLER
  value: parentbased_traceidratio
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ .share | quote }}
{{- with .headersSecret }}
- name: OTEL_EXPORTER_OTLP_HEADERS
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: headers
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* KubeRay gives its own pods the token; a driver that joins by itself is given it here. */}}
{{- define "bookfilm.tokenEnv" -}}
{{- if .Values.auth.enabled }}
- name: RAY_AUTH_MODE
  value: token
- name: RAY_AUTH_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ include "bookfilm.tokenSecret" . }}
      key: auth_token
{{- end }}
{{- end -}}

{{- define "bookfilm.mounts" -}}
- name: films
  mountPath: {{ .Values.storage.mountPath }}
- name: models
  mountPath: {{ .Values.models.mountPath }}
- name: tmp
  mountPath: /tmp
- name: ray-logs
  mountPath: /tmp/ray
- name: home
  mountPath: /home/bookfilm
{{- end -}}

{{/* Those who name a preset by its file: .names are the presets that they may ask for, of which some come with bookfilm. */}}
{{- define "bookfilm.presetsMount" -}}
{{- if include "bookfilm.presetsOfOwn" . }}
- name: presets
  mountPath: /etc/bookfilm/presets
  readOnly: true
{{- end }}
{{- end -}}

{{- define "bookfilm.presetsVolume" -}}
{{- with include "bookfilm.presetsOfOwn" . }}
- name: presets
  projected:
    sources:
      {{- range splitList " " . }}
      - configMap:
          name: {{ include "bookfilm.presetName" (dict "root" $.root "name" .) }}
      {{- end }}
{{- end }}
{{- end -}}

{{/* Which of .names stand in the values, with spaces between. */}}
{{- define "bookfilm.presetsOfOwn" -}}
{{- $own := list -}}
{{- range .names | sortAlpha | uniq -}}
{{- if hasKey $.root.Values.presets . -}}{{- $own = append $own . -}}{{- end -}}
{{- end -}}
{{- join " " $own -}}
{{- end -}}

{{- define "bookfilm.volumes" -}}
- name: films
  persistentVolumeClaim:
    claimName: {{ include "bookfilm.claim" . }}
- name: models
  {{- if .Values.models.existingClaim }}
  persistentVolumeClaim:
    claimName: {{ .Values.models.existingClaim }}
  {{- else }}
  emptyDir: {}
  {{- end }}
- name: tmp
  emptyDir: {}
# The name that KubeRay gives it: its autoscaler container shares it.
- name: ray-logs
  emptyDir: {}
- name: home
  emptyDir: {}
{{- end -}}

{{- define "bookfilm.pullSecrets" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "bookfilm.placement" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
