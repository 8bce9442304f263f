variable "project" {
  type        = string
  description = "The project in which the workers run."
}

variable "region" {
  type        = string
  description = "Where the workers run, and where the bucket of the logs should be."
}

variable "name" {
  type        = string
  description = "How all that belongs to it begins."
  default     = "log-gardener"

  validation {
    # An account's name has 30 letters at most, and one of them ends in -launcher.
    condition     = can(regex("^[a-z][a-z0-9-]{5,20}$", var.name))
    error_message = "The name has 6 to 21 small letters, digits and -, and begins with a letter."
  }
}

variable "image" {
  type        = string
  description = "The image made of deploy/dataflow/Dockerfile, in Artifact Registry, with a version or a digest."

  validation {
    condition     = can(regex("^[a-z0-9-]+-docker\\.pkg\\.dev/.+(:[^:@/]+|@sha256:[0-9a-f]{64})$", var.image)) && !endswith(var.image, ":latest")
    error_message = "Name an image in Artifact Registry with a version or a digest, and not latest: REGION-docker.pkg.dev/PROJECT/REPOSITORY/NAME:VERSION."
  }
}

variable "repository" {
  type = object({
    project  = string
    location = string
    name     = string
  })
  description = "The repository of Artifact Registry that has the image."
}

variable "log_buckets" {
  type        = set(string)
  description = "The buckets that workers read: names without gs://."

  validation {
    condition     = length(var.log_buckets) > 0 && alltrue([for bucket in var.log_buckets : !strcontains(bucket, "/")])
    error_message = "Name at least one bucket, each without gs:// and without a folder."
  }
}

variable "conductor" {
  type        = string
  description = "The account that starts the workers and keeps the state: the output service_account_email of the module hourly."

  validation {
    condition     = can(regex("^[^@:]+@[^@]+\\.gserviceaccount\\.com$", var.conductor))
    error_message = "Name a service account by its address, without serviceAccount: before it."
  }
}

variable "temp_bucket" {
  type        = string
  description = "The name of the bucket for files of a run, which is new; of all buckets in the world only one bears it."
}

variable "keep_temp_days" {
  type        = number
  description = "After how many days what a killed run has left is deleted; longer than any run takes."
  default     = 3

  validation {
    condition     = var.keep_temp_days >= 2
    error_message = "Two days at least: a run that takes long must not lose its files."
  }
}

variable "max_workers" {
  type        = number
  description = "How many machines read at most: what a run can cost follows from it."
  default     = 10

  validation {
    condition     = var.max_workers >= 1 && floor(var.max_workers) == var.max_workers
    error_message = "A whole number from 1."
  }
}

variable "subnetwork" {
  type        = string
  description = "The subnetwork of the workers, with Private Google Access: regions/REGION/subnetworks/NAME. With it they have no public address. The default network, with public addresses, if null."
  default     = null
}

variable "options" {
  type        = map(string)
  description = "Further options of Apache Beam or of Dataflow by name, such as machine_type. They win over those of this module."
  default     = {}

  validation {
    condition     = alltrue([for name, value in var.options : can(regex("^[a-z][a-z0-9_]*$", name)) && !strcontains(value, " ")])
    error_message = "Names are as Beam spells them, such as machine_type, and no value has a space."
  }
}

variable "template" {
  type = object({
    spec                 = string
    sources              = list(string)
    output               = string
    state_secret         = string
    redaction_key_secret = string
    since                = optional(string, "1d")
    schedule             = optional(string, "7 3 * * *")
    machine_type         = optional(string, "e2-standard-2")
    parameters           = optional(map(string), {})
  })
  description = "The Flex Template that is launched on a schedule, with what it reads and where its secrets are. None is launched, if null."
  default     = null

  validation {
    condition     = var.template == null || can(regex("^gs://[^/]+/.+", var.template.spec))
    error_message = "The template is the file that gcloud dataflow flex-template build has written: gs://BUCKET/NAME.json."
  }
}
