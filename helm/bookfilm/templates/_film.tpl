{{/*
A film's driver: .root is the release, .name the film's, .film its values. It joins the cluster as a Ray node that lends nothing, so that it
outlives pods of the cluster, and is begun again where the cluster as a whole was lost: what is in the folder is kept.
*/}}
{{- define "bookfilm.filmJob" -}}
{{- $root := .root -}}
{{- $film := .film -}}
{{- $driver := $root.Values.driver -}}
completions: 1
parallelism: 1
suspend: {{ default false $film.suspend }}
backoffLimit: {{ int64 $driver.retries }}
ttlSecondsAfterFinished: {{ int64 $driver.keepSeconds }}
podFailurePolicy:
  rules:
    # A node that went away is no fault of the film's.
    - action: Ignore
      onPodConditions:
        - type: DisruptionTarget
          status: "True"
    # 3: the film is there, with slates. (2 may be a folder that the driver before this one has not let go of yet.)
    - action: FailJob
      onExitCodes:
        containerName: driver
        operator: In
        values: [3]
template:
  metadata:
    labels:
      {{- include "bookfilm.selector" $root | nindent 6 }}
      {{- include "bookfilm.mine" $root | nindent 6 }}
      app.kubernetes.io/component: driver
      bookfilm/film: {{ .name }}
  spec:
    restartPolicy: Never
    {{- $command := include "bookfilm.filmCommand" . | fromJsonArray }}
    {{- $env := include "bookfilm.ledgerEnv" $root | trim }}
    {{- include "bookfilm.driverPod" (dict "root" $root "command" $command "env" $env "presets" (list $film.preset) "once" (include "bookfilm.filmOrder" . | fromJsonArray)) | nindent 4 }}
{{- end -}}

{{/*
What keeps a film that is finished from being made once more by the Job that an upgrade puts in place of its last one, as a JSON list:
its folder, its book, and what it was asked with. The image and its engines are not among that; `again` is, whatever it says.
*/}}
{{- define "bookfilm.filmOrder" -}}
{{- $films := .root.Values.storage.mountPath -}}
{{- $asked := list (omit .film "suspend") (get .root.Values.presets .film.preset) | toJson | sha256sum | trunc 16 -}}
{{- toJson (list "bookfilm-once" (printf "%s/%s" $films .name) (printf "%s/%s" $films .film.book) $asked) -}}
{{- end -}}

{{/* What makes a film, as a JSON list. */}}
{{- define "bookfilm.filmCommand" -}}
{{- $film := .film -}}
{{- $films := .root.Values.storage.mountPath -}}
{{- $preset := include "bookfilm.preset" (dict "root" .root "name" $film.preset) -}}
{{- $command := list "bookfilm" "make" (printf "%s/%s" $films $film.book) "--out" (printf "%s/%s" $films .name) -}}
{{- $command = concat $command (list "--address" "auto" "--preset" $preset) -}}
{{- $options := dict "runtime" "runtime" "style" "style" "size" "size" "rate" "rate" "right" "right" "rightHolder" "right-holder" -}}
{{- $options = merge $options (dict "loudness" "loudness" "dubLanguage" "dub-language" "subtitlesLanguage" "subtitles-language") -}}
{{- range $name, $option := $options -}}
{{- with get $film $name -}}
{{- $command = concat $command (list (printf "--%s" $option) (toString .)) -}}
{{- end -}}
{{- end -}}
{{- if $film.stems -}}{{- $command = append $command "--stems" -}}{{- end -}}
{{- toJson $command -}}
{{- end -}}

{{/*
The pod of a driver, all but its restart policy: .command is what runs once it has joined, .env more of its environment, .presets what
it may be asked for, .once what comes before it joins.
*/}}
{{- define "bookfilm.driverPod" -}}
{{- $root := .root -}}
{{- $driver := $root.Values.driver -}}
automountServiceAccountToken: false
terminationGracePeriodSeconds: {{ int64 $driver.graceSeconds }}
securityContext:
  {{- include "bookfilm.podSecurity" $root | nindent 2 }}
{{- include "bookfilm.pullSecrets" $root }}
{{- include "bookfilm.placement" $driver }}
containers:
  - name: driver
    image: {{ include "bookfilm.image" $root }}
    imagePullPolicy: {{ $root.Values.image.pullPolicy }}
    securityContext:
      {{- include "bookfilm.containerSecurity" $root | nindent 6 }}
    command:
      {{- range .once }}
      - {{ . | quote }}
      {{- end }}
      - bookfilm-join
      - {{ include "bookfilm.fullname" $root }}-head-svc:6379
      {{- range .command }}
      - {{ . | quote }}
      {{- end }}
    resources:
      requests:
        cpu: {{ $driver.cpu }}
        memory: {{ $driver.memory }}
      limits:
        memory: {{ $driver.memory }}
    ports:
      - { name: metrics, containerPort: 9108 }
    env:
      {{- include "bookfilm.env" $root | nindent 6 }}
      {{- include "bookfilm.tokenEnv" $root | nindent 6 }}
      {{- include "bookfilm.bucketEnv" $root | nindent 6 }}
      {{- include "bookfilm.tracingEnv" (dict "root" $root "service" "bookfilm-driver") | nindent 6 }}
      {{- with .env }}
      {{- . | nindent 6 }}
      {{- end }}
      - name: BOOKFILM_JOIN_S
        value: {{ int64 $driver.joinSeconds | quote }}
      # The RayService brings the apps up; while an upgrade is under way, those of the old version answer first.
      - name: BOOKFILM_APP_WAIT_S
        value: {{ int64 $driver.joinSeconds | quote }}
      - name: BOOKFILM_METRICS
        value: 0.0.0.0:9108
      {{- if and .once $root.Values.monitoring.podMonitor }}
      # What the end of the film has counted is scraped once more before the pod goes.
      - name: BOOKFILM_METRICS_STAY_S
        value: "60"
      {{- end }}
    # It listens once there is a cluster to join: until then the startup probe waits.
    startupProbe:
      httpGet: { path: /metrics, port: metrics }
      periodSeconds: 10
      failureThreshold: {{ add 12 (div (int64 $driver.joinSeconds) 10) }}
    livenessProbe:
      httpGet: { path: /metrics, port: metrics }
      periodSeconds: 30
      timeoutSeconds: 10
      failureThreshold: 10
    volumeMounts:
      {{- include "bookfilm.mounts" $root | nindent 6 }}
      {{- include "bookfilm.presetsMount" (dict "root" $root "names" .presets) | nindent 6 }}
      - name: shm
        mountPath: /dev/shm
volumes:
  {{- include "bookfilm.volumes" $root | nindent 2 }}
  {{- include "bookfilm.presetsVolume" (dict "root" $root "names" .presets) | nindent 2 }}
  - name: shm
    emptyDir:
      medium: Memory
      sizeLimit: 1Gi
{{- end -}}
