{{/* What all pods of this release have in common. */}}

{{- define "bookfilm.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .Values.podSecurity.userId }}
runAsGroup: {{ .Values.podSecurity.groupId }}
fsGroup: {{ .Values.podSecurity.groupId }}
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

{{/* Those who name a preset by its file: drivers and the desk. */}}
{{- define "bookfilm.presetsMount" -}}
{{- if .Values.presets }}
- name: presets
  mountPath: /etc/bookfilm/presets
  readOnly: true
{{- end }}
{{- end -}}

{{- define "bookfilm.presetsVolume" -}}
{{- if .Values.presets }}
- name: presets
  configMap:
    name: {{ include "bookfilm.presetsName" . }}
{{- end }}
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
