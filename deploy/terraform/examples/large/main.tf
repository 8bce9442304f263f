# More logs than one machine reads in an hour: a sink copies them into a bucket, Dataflow reads them there, and a
# Cloud Run Job conducts it once a day, or the Flex Template if one is given.

module "sink" {
  source = "../../modules/sink"

  project  = var.project
  bucket   = "${var.project}-logs"
  location = var.region
}

module "hourly" {
  source = "../../modules/hourly"

  project         = var.project
  region          = var.region
  image           = var.image
  sources         = [module.sink.source]
  since           = "26h"
  schedule        = var.schedule
  is_paused       = var.template_spec != null
  timeout_seconds = 4 * 60 * 60
  worklogs_bucket = "${var.project}-worklogs"
  database_tier   = "db-custom-2-7680"
  arguments       = module.dataflow.arguments

  deletion_protection = var.deletion_protection

  network    = var.network
  subnetwork = var.subnetwork
  # Who waits for the workers on Dataflow has no connector.
  is_reached_by_address = var.template_spec != null
}

module "dataflow" {
  source = "../../modules/dataflow"

  project     = var.project
  region      = var.region
  image       = var.worker_image
  repository  = var.repository
  log_buckets = [module.sink.bucket]
  conductor   = module.hourly.service_account_email
  temp_bucket = "${var.project}-garden-temp"
  max_workers = var.max_workers
  subnetwork  = var.subnetwork == null ? null : "regions/${var.region}/subnetworks/${var.subnetwork}"

  template = var.template_spec == null ? null : {
    spec                 = var.template_spec
    sources              = [module.sink.source]
    since                = "26h"
    schedule             = var.schedule
    output               = module.hourly.worklogs
    state_secret         = module.hourly.state_secret
    redaction_key_secret = module.hourly.redaction_key_secret
  }
}
