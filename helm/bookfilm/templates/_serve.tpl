{{/* The Serve config: what `serve deploy` takes, and KubeRay hands to the cluster. */}}
{{- define "bookfilm.serveConfig" -}}
# On the head alone: it answers while all workers are at 0, and no worker waits for a proxy.
proxy_location: HeadOnly
http_options:
  host: 0.0.0.0
  port: 8000
logging_config:
  encoding: JSON
applications:
{{- range .Values.apps }}
  - name: bookfilm-{{ .preset }}
    # It answers what the app was built from. Without any route the proxy, and so the RayService, would never be well.
    route_prefix: /{{ .preset }}
    import_path: deployments.apps:build_app
    args:
      preset: {{ .preset }}
      {{- with get $.Values.presets .preset }}
      # Its whole text: Serve builds the app anew when it changes.
      toml: |
        {{- . | nindent 8 }}
      {{- end }}
{{- end }}
{{- end -}}
