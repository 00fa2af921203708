{{/*
What the schema cannot say: values that do not fit each other are refused, each with its name.
*/}}
{{- define "bookfilm.refusals" -}}
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
{{- $tables := dict "screenwriter" true "voice" true "video" true "keyframes" true "score" true -}}
{{- $keys := concat (keys $tables) (list "about" "picture" "encoding") -}}
{{- range $key := keys $preset | sortAlpha -}}
{{- if not (has $key $keys) -}}{{- fail (printf "presets: %s: there is no %q; there are %s" $name $key ($keys | sortAlpha | join ", ")) -}}{{- end -}}
{{- end -}}
{{- range $post := keys $tables | sortAlpha -}}
{{- $choice := get $preset $post -}}
{{- if and (hasKey $preset $post) (not (kindIs "map" $choice)) -}}{{- fail (printf "presets: %s: %s is no table" $name $post) -}}{{- end -}}
{{- if hasKey $preset $post -}}
{{- if not (hasKey $choice "engine") -}}{{- fail (printf "presets: %s: [%s] names no engine" $name $post) -}}{{- end -}}
{{- range $key := keys $choice | sortAlpha -}}
{{- if not (has $key (list "engine" "settings" "replicas")) -}}{{- fail (printf "presets: %s: [%s] has no %q; it has engine, settings, replicas" $name $post $key) -}}{{- end -}}
{{- end -}}
{{- else if ne $post "keyframes" -}}{{- fail (printf "presets: %s: it has no [%s]" $name $post) -}}
{{- end -}}
{{- $replicas := dig $post "replicas" dict $preset -}}
{{- range $key, $value := $replicas -}}
{{- if not (has $key (list "num_cpus" "num_gpus" "labels" "resources" "min_replicas" "max_replicas" "slots" "shutdown_s" "idle_s" "worth_s")) -}}
{{- fail (printf "presets: %s: [%s.replicas] has no %q" $name $post $key) -}}
{{- end -}}
{{- if eq $key "resources" -}}
{{- range $name_, $wanted := $value -}}
{{- if or (kindIs "string" $wanted) (le (float64 $wanted) 0.0) -}}{{- fail (printf "presets: %s: [%s.replicas] resources: %s = %v is no number above 0" $name $post $name_ $wanted) -}}{{- end -}}
{{- end -}}
{{- else if ne $key "labels" -}}
{{- if kindIs "string" $value -}}{{- fail (printf "presets: %s: [%s.replicas] %s = %q is no number" $name $post $key $value) -}}{{- end -}}
{{- if lt (float64 $value) 0.0 -}}{{- fail (printf "presets: %s: [%s.replicas] %s = %v is negative" $name $post $key $value) -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- if gt (float64 (dig "min_replicas" 1 $replicas)) (float64 (dig "max_replicas" 1 $replicas)) -}}
{{- fail (printf "presets: %s: [%s.replicas] min_replicas %v is more than max_replicas %v" $name $post (dig "min_replicas" 1 $replicas) (dig "max_replicas" 1 $replicas)) -}}
{{- end -}}
{{- $batch := dig $post "settings" "speed" "batch" 1 $preset -}}
{{- if gt (float64 $batch) (float64 (dig "slots" 2 $replicas)) -}}
{{- fail (printf "presets: %s: [%s.replicas] slots = %v is less than its batch of %v: a call would never be full; twice as many keep the next ones at hand" $name $post (dig "slots" 2 $replicas) $batch) -}}
{{- end -}}
{{- $asked := dig "labels" "bookfilm/group" "" $replicas -}}
{{- range $resource, $wanted := dig "resources" dict $replicas -}}
{{- $most := 0.0 -}}
{{- range $.Values.workerGroups -}}
{{- if or (not $asked) (eq .name $asked) -}}{{- $most = maxf $most (float64 (dig "resources" $resource 0 .)) -}}{{- end -}}
{{- end -}}
{{- if gt (float64 $wanted) $most -}}
{{- fail (printf "presets: %s: [%s.replicas] takes %v of %q; a pod of the worker group%s has %v (workerGroups: resources)" $name $post $wanted $resource (ternary (printf " %q" $asked) "s" (ne $asked "")) $most) -}}
{{- end -}}
{{- end -}}
{{- with $asked -}}
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
{{- range $name, $film := .Values.films -}}
{{- if $film -}}
{{- if not (hasKey $apps $film.preset) -}}
{{- fail (printf "films: %s: no app runs the preset %q; add it under apps" $name $film.preset) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.kueue.elastic (not .Values.kueue.queueName) -}}
{{- fail "kueue.elastic: there is no kueue.queueName" -}}
{{- end -}}
{{- if and .Values.kueue.elastic (gt (len .Values.workerGroups) 7) -}}
{{- fail (printf "kueue.elastic: Kueue takes a RayService of 7 worker groups at most; workerGroups has %d" (len .Values.workerGroups)) -}}
{{- end -}}
{{- if and (eq .Values.gcsFaultTolerance.backend "redis") (not .Values.gcsFaultTolerance.redisAddress) -}}
{{- fail "gcsFaultTolerance.redisAddress: the backend redis needs one" -}}
{{- end -}}
{{- if and .Values.ledger.url .Values.ledger.urlSecret -}}
{{- fail "ledger: url and urlSecret both name one; leave one of them empty" -}}
{{- end -}}
{{- if regexMatch "://[^/@]*:[^/@]*@" .Values.ledger.url -}}
{{- fail "ledger.url: a password does not belong in values; lay the whole URL into a Secret and name that under ledger.urlSecret" -}}
{{- end -}}
{{- if not .Values.takes.bucket -}}
{{- range $key := list "endpoint" "region" "credentialsSecret" -}}
{{- if get $.Values.takes $key -}}{{- fail (printf "takes.%s: there is no takes.bucket" $key) -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- include "bookfilm.studioRefusals" . -}}
{{- include "bookfilm.secretRefusals" . -}}
{{- include "bookfilm.claimRefusals" . -}}
{{- end -}}

{{- define "bookfilm.studioRefusals" -}}
{{- $studio := .Values.studio -}}
{{- if $studio.enabled -}}
{{- if not $studio.hosts -}}
{{- fail "studio.hosts: say by which names others reach it, such as [films.example]" -}}
{{- end -}}
{{- if and (eq .Values.storage.accessMode "ReadWriteMany") (not (or .Values.ledger.url .Values.ledger.urlSecret)) -}}
{{- fail "ledger: the studio and its drivers may be on several nodes, which cannot share a SQLite file: name a PostgreSQL under ledger.url or ledger.urlSecret (or say storage.accessMode=ReadWriteOnce, where there is one node)" -}}
{{- end -}}
{{- if and $studio.ingress.enabled (not $studio.ingress.tlsSecret) -}}
{{- fail "studio.ingress.tlsSecret: tokens do not go over plain HTTP; name a Secret of type kubernetes.io/tls" -}}
{{- end -}}
{{- $apps := include "bookfilm.appPresets" . | fromJsonArray -}}
{{- range $studio.presets -}}
{{- if not (has . $apps) -}}
{{- fail (printf "studio.presets: no app runs the preset %q; there are %s" . (join ", " $apps)) -}}
{{- end -}}
{{- end -}}
{{- $settings := fromToml $studio.settings -}}
{{- if hasKey $settings "Error" -}}{{- fail (printf "studio.settings is not TOML: %s" $settings.Error) -}}{{- end -}}
{{- if and $studio.ingress.enabled (not $settings.proxies) -}}
{{- fail "studio.settings: behind an ingress all requests come from its pods: say proxies = [\"10.244.0.0/16\"], with the network that pods have here, or one stranger's wrong tokens would shut out all" -}}
{{- end -}}
{{- $keys := list "allowance" "proxies" "upload_bytes" "upload_hours" "body_bytes" "spare_bytes" "reads_a_minute" "writes_a_minute" "failures_a_minute" "streams" "usd_per_gpu_hour" "niceness" -}}
{{- range $key := keys $settings | sortAlpha -}}
{{- if not (has $key $keys) -}}
{{- fail (printf "studio.settings: there is no %q, or the chart says it; there are %s" $key ($keys | sortAlpha | join ", ")) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Secrets that are named and are not there. Where no cluster can be asked, nobody knows: the list has no items then, not even
none. Helm lists a namespace's Secrets in any case, for its releases lie in them: whoever installs this may do so.
*/}}
{{- define "bookfilm.secretRefusals" -}}
{{- $all := lookup "v1" "Secret" .Release.Namespace "" -}}
{{- if and .Values.checkSecrets (hasKey $all "items") -}}
{{- $there := dict -}}
{{- range $all.items -}}{{- $_ := set $there .metadata.name . -}}{{- end -}}
{{- $named := dict -}}
{{- with .Values.auth -}}{{- if and .enabled .existingSecret -}}{{- $_ := set $named "auth.existingSecret" (list .existingSecret "auth_token") -}}{{- end -}}{{- end -}}
{{- with .Values.gcsFaultTolerance -}}{{- if and (eq .backend "redis") .redisPasswordSecret -}}{{- $_ := set $named "gcsFaultTolerance.redisPasswordSecret" (list .redisPasswordSecret .redisPasswordKey) -}}{{- end -}}{{- end -}}
{{- with .Values.ledger -}}{{- if .urlSecret -}}{{- $_ := set $named "ledger.urlSecret" (list .urlSecret .urlSecretKey) -}}{{- end -}}{{- end -}}
{{- with .Values.takes -}}{{- if .credentialsSecret -}}{{- $_ := set $named "takes.credentialsSecret" (list .credentialsSecret "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY") -}}{{- end -}}{{- end -}}
{{- with .Values.tracing -}}{{- if and .endpoint .headersSecret -}}{{- $_ := set $named "tracing.headersSecret" (list .headersSecret "headers") -}}{{- end -}}{{- end -}}
{{- with .Values.studio -}}{{- if and .enabled .tokenSecret -}}{{- $_ := set $named "studio.tokenSecret" (list .tokenSecret "token") -}}{{- end -}}
{{- if and .enabled .ingress.enabled -}}{{- $_ := set $named "studio.ingress.tlsSecret" (list .ingress.tlsSecret "tls.crt" "tls.key") -}}{{- end -}}{{- end -}}
{{- range $at, $one := .Values.env -}}
{{- if $one.secretName -}}{{- $_ := set $named (printf "env: %s" $one.name) (list $one.secretName $one.secretKey) -}}{{- end -}}
{{- end -}}
{{- range $at, $one := .Values.imagePullSecrets -}}{{- $_ := set $named (printf "imagePullSecrets[%d]" $at) (list $one) -}}{{- end -}}
{{- range $value, $wanted := $named -}}
{{- $secret := get $there (first $wanted) -}}
{{- if not $secret -}}
{{- fail (printf "%s: there is no Secret %q in the namespace %s (checkSecrets=false where it comes later)" $value (first $wanted) $.Release.Namespace) -}}
{{- end -}}
{{- range $key := rest $wanted -}}
{{- if not (hasKey (default dict $secret.data) $key) -}}
{{- fail (printf "%s: the Secret %q has no key %q" $value (first $wanted) $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Claims and storage classes that are named and are not there: pods would wait for them, and say so nowhere but in their events. */}}
{{- define "bookfilm.claimRefusals" -}}
{{- $namespace := .Release.Namespace -}}
{{- if and .Values.checkClaims (hasKey (lookup "v1" "PersistentVolumeClaim" $namespace "") "items") -}}
{{- range $value, $claim := dict "storage.existingClaim" .Values.storage.existingClaim "models.existingClaim" .Values.models.existingClaim -}}
{{- if and $claim (not (lookup "v1" "PersistentVolumeClaim" $namespace $claim)) -}}
{{- fail (printf "%s: there is no PersistentVolumeClaim %q in the namespace %s (checkClaims=false where it comes later)" $value $claim $namespace) -}}
{{- end -}}
{{- end -}}
{{- $classes := dict -}}
{{- if not .Values.storage.existingClaim -}}{{- $_ := set $classes "storage.storageClass" .Values.storage.storageClass -}}{{- end -}}
{{- if eq .Values.gcsFaultTolerance.backend "rocksdb" -}}{{- $_ := set $classes "gcsFaultTolerance.storageClass" .Values.gcsFaultTolerance.storageClass -}}{{- end -}}
{{- range $value, $class := $classes -}}
{{- if and $class (not (lookup "storage.k8s.io/v1" "StorageClass" "" $class)) -}}
{{- fail (printf "%s: there is no StorageClass %q (checkClaims=false where it comes later, or where you may not look)" $value $class) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
