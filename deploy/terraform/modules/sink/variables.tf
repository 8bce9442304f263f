variable "project" {
  type        = string
  description = "The project whose logs are copied, and that has the bucket."
}

variable "name" {
  type        = string
  description = "The name of the sink."
  default     = "log-gardener"

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_-]{0,99}$", var.name))
    error_message = "A sink's name has at most 100 letters, digits, - and _, and begins with a letter."
  }
}

variable "bucket" {
  type        = string
  description = "The name of the bucket, which is new; of all buckets in the world only one bears it."

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "A bucket's name has 3 to 63 small letters, digits, -, _ and dots."
  }
}

variable "location" {
  type        = string
  description = "Where the bucket is: the region of the workers, since reading from elsewhere is slow and is billed."
}

variable "filter" {
  type        = string
  description = "Which entries are copied, in Cloud Logging's query language. All, if empty."
  default     = ""
}

variable "keep_days" {
  type        = number
  description = "After how many days an object is deleted."
  default     = 30

  validation {
    condition     = var.keep_days >= 2 && floor(var.keep_days) == var.keep_days
    error_message = "Keep logs for two whole days at least: entries arrive up to a day late."
  }
}

variable "job" {
  type        = string
  description = "The job of Log Gardener, on Cloud Run or on Dataflow, whose own output is left out."
  default     = "log-gardener"
}
