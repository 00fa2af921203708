{{/* A worker group: .root is the release, .group its values. */}}
{{- define "bookfilm.workerGroup" -}}
{{- $root := .root -}}
{{- $group := .group -}}
{{- $drain := int (default 600 $group.drainSeconds) -}}
- groupName: {{ $group.name }}
  replicas: {{ int64 $group.minReplicas }}
  minReplicas: {{ int64 $group.minReplicas }}
  maxReplicas: {{ int64 $group.maxReplicas }}
  {{- with $group.idleSeconds }}
  idleTimeoutSeconds: {{ int64 . }}
  {{- end }}
  # Ray's labels, by which a preset's [….replicas] asks for this group.
  labels:
    bookfilm/group: {{ $group.name }}
    bookfilm/spot: {{ default false $group.spot | quote }}
    {{- range $key, $value := $group.labels }}
    {{ $key }}: {{ $value | quote }}
    {{- end }}
  {{- with $group.resources }}
  # What replicas take by name, such as the licences of a node.
  resources:
    {{- range $name, $many := . }}
    {{ $name }}: {{ int64 $many | quote }}
    {{- end }}
  {{- end }}
  rayStartParams:
    num-cpus: {{ int64 $group.cpu | quote }}
    num-gpus: {{ int64 $group.gpu | quote }}
  template:
    metadata:
      labels:
        {{- include "bookfilm.mine" $root | nindent 8 }}
        app.kubernetes.io/component: worker
        bookfilm/group: {{ $group.name }}
    spec:
      securityContext:
        {{- include "bookfilm.podSecurity" $root | nindent 8 }}
      restartPolicy: Never
      automountServiceAccountToken: false
      # Time to finish the shot at hand: the node drains first.
      terminationGracePeriodSeconds: {{ add $drain 30 }}
      {{- include "bookfilm.pullSecrets" $root | nindent 6 }}
      {{- include "bookfilm.placement" $group | nindent 6 }}
      containers:
        - name: ray-worker
          image: {{ if gt (int $group.gpu) 0 }}{{ include "bookfilm.gpuImage" $root }}{{ else }}{{ include "bookfilm.image" $root }}{{ end }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          securityContext:
            {{- include "bookfilm.containerSecurity" $root | nindent 12 }}
          resources:
            requests:
              cpu: {{ int64 $group.cpu | quote }}
              memory: {{ $group.memory }}
              {{- if gt (int $group.gpu) 0 }}
              {{ default "nvidia.com/gpu" $group.gpuResource }}: {{ int64 $group.gpu | quote }}
              {{- end }}
            limits:
              memory: {{ $group.memory }}
              {{- if gt (int $group.gpu) 0 }}
              {{ default "nvidia.com/gpu" $group.gpuResource }}: {{ int64 $group.gpu | quote }}
              {{- end }}
          ports:
            - { name: metrics, containerPort: 8080 }
            - { name: agent, containerPort: 52365 }
          env:
            {{- include "bookfilm.env" $root | nindent 12 }}
            {{- include "bookfilm.bucketKeys" $root | nindent 12 }}
            {{- include "bookfilm.tracingEnv" (dict "root" $root "service" "bookfilm-worker") | nindent 12 }}
            {{- range $name, $value := $group.env }}
            - name: {{ $name }}
              value: {{ $value | quote }}
            {{- end }}
          # The node takes no new work, its replicas finish theirs, the raylet ends, and the container with it.
          lifecycle:
            preStop:
              exec:
                command:
                  - sh
                  - -c
                  - >-
                    ray drain-node --reason DRAIN_NODE_REASON_PREEMPTION --reason-message 'the pod ends'
                    --deadline-remaining-seconds {{ $drain }} && sleep {{ $drain }}
          readinessProbe:
            httpGet: { path: /api/local_raylet_healthz, port: agent }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          livenessProbe:
            httpGet: { path: /api/local_raylet_healthz, port: agent }
            initialDelaySeconds: 60
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 30
          volumeMounts:
            {{- include "bookfilm.mounts" $root | nindent 12 }}
      volumes:
        {{- include "bookfilm.volumes" $root | nindent 8 }}
{{- end -}}
