{{/*
What the schema cannot say: values that do not fit each other are refused, each with its name.
*/}}
{{- define "bookfilm.refusals" -}}
{{- if .Values.studio.enabled -}}
{{- fail "studio.enabled: the HTTP service is not part of this version; films are asked for under films" -}}
{{- end -}}
{{- if .Values.storage.s3 -}}
{{- fail "storage.s3: film folders do not live on s3:// yet; use storage.existingClaim or storage.storageClass" -}}
{{- end -}}
{{- $builtIn := list "preview" "tiny" "gpu" "remote" -}}
{{- $groups := dict -}}
{{- $gpus := 0 -}}
{{- range .Values.workerGroups -}}
{{- $gpus = add $gpus (int .gpu) -}}
{{- if hasKey $groups .name -}}{{- fail (printf "workerGroups: two are named %q" .name) -}}{{- end -}}
{{- $_ := set $groups .name . -}}
{{- if gt (int .minReplicas) (int .maxReplicas) -}}
{{- fail (printf "workerGroups: %s: minReplicas %d is more than maxReplicas %d" .name (int .minReplicas) (int .maxReplicas)) -}}
{{- end -}}
{{- end -}}
{{- $apps := dict -}}
{{- range .Values.apps -}}
{{- if not (or (has .preset $builtIn) (hasKey $.Values.presets .preset)) -}}
{{- fail (printf "apps: there is no preset %q; there are %s" .preset (concat $builtIn (keys $.Values.presets | sortAlpha) | join ", ")) -}}
{{- end -}}
{{- if hasKey $apps .preset -}}{{- fail (printf "apps: the preset %q is there twice" .preset) -}}{{- end -}}
{{- $_ := set $apps .preset true -}}
{{- if and (eq .preset "gpu") (not $gpus) -}}{{- fail "apps: the preset \"gpu\" needs a worker group with GPUs" -}}{{- end -}}
{{- end -}}
{{- range $name, $text := .Values.presets -}}
{{- if has $name $builtIn -}}
{{- fail (printf "presets: %q comes with bookfilm; give yours another name" $name) -}}
{{- end -}}
{{- $preset := fromToml $text -}}
{{- if hasKey $preset "Error" -}}{{- fail (printf "presets: %s is not TOML: %s" $name $preset.Error) -}}{{- end -}}
{{- range $post := list "screenwriter" "voice" "video" -}}
{{- $replicas := dig $post "replicas" dict $preset -}}
{{- with dig "labels" "bookfilm/group" "" $replicas -}}
{{- if not (hasKey $groups .) -}}
{{- fail (printf "presets: %s: [%s.replicas] asks for the worker group %q; there are %s" $name $post . (keys $groups | sortAlpha | join ", ")) -}}
{{- end -}}
{{- $group := get $groups . -}}
{{- if gt (float64 (dig "num_gpus" 0 $replicas)) (float64 $group.gpu) -}}
{{- fail (printf "presets: %s: [%s.replicas] needs %v GPUs; a pod of the worker group %q has %v" $name $post (dig "num_gpus" 0 $replicas) . $group.gpu) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $films := dict -}}
{{- range .Values.films -}}
{{- if not (hasKey $apps .preset) -}}
{{- fail (printf "films: %s: no app runs the preset %q; add it under apps" .name .preset) -}}
{{- end -}}
{{- if hasKey $films .name -}}{{- fail (printf "films: two are named %q" .name) -}}{{- end -}}
{{- $_ := set $films .name true -}}
{{- end -}}
{{- if and (eq .Values.gcsFaultTolerance.backend "redis") (not .Values.gcsFaultTolerance.redisAddress) -}}
{{- fail "gcsFaultTolerance.redisAddress: the backend redis needs one" -}}
{{- end -}}
{{- end -}}
