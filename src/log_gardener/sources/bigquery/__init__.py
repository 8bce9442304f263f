"""BigQuery: `bigquery://`."""
