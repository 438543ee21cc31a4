extension Schema {
  static let cloud: [Field] = [
    Field(
      "type", .leaf(.choice(Settings.Cloud.Kind.allCases.map(\.rawValue))), required: true,
      "Which cloud this is."),
    Field(
      "regions", .list(.leaf(.text("a region such as us-east-1")), minimum: 1),
      "The regions that are watched (aws, azure)."),
    Field(
      "zones", .list(.leaf(.text("a zone such as us-central1-a")), minimum: 1),
      "The zones that are watched (gcp)."),
    Field(
      "endpoint", .leaf(.webAddress),
      "Another address for the cloud's API: a private endpoint, or a test server."),
    Field("project", .leaf(.text("a project")), "The project (gcp)."),
    Field("subscription", .leaf(.text("a subscription's id")), "The subscription (azure)."),
    Field(
      "resource_groups", .list(.leaf(.text("a resource group")), minimum: 1),
      "The resource groups that are watched; all otherwise (azure)."),
    Field(
      "kubeconfig", .leaf(.text("a file")),
      "The kubeconfig; otherwise the pod's own account, KUBECONFIG, ~/.kube/config (kubernetes)."),
    Field(
      "context", .leaf(.text("a context")),
      "The context of the kubeconfig; its current one otherwise (kubernetes)."),
    Field(
      "namespaces", .list(.leaf(.text("a namespace")), minimum: 1),
      "The namespaces whose deployments are listed; all otherwise (kubernetes)."),
    Field(
      "namespace", .leaf(.text("a user or organisation")),
      "Whose endpoints these are (huggingface)."),
    Field(
      "functions", .list(.leaf(.text("APP/FUNCTION")), minimum: 1),
      "The functions that are watched, as APP/FUNCTION (modal)."),
    Field(
      "environment", .leaf(.text("an environment")), "The environment of the apps (modal)."),
    Field(
      "token", .secret,
      "The API token by reference; otherwise the vendor's own variable or file (runpod, "
        + "huggingface, replicate)."),
    Field(
      "credentials_file", .leaf(.text("a file")),
      "A credentials file; otherwise Google's own chain: GOOGLE_APPLICATION_CREDENTIALS, gcloud's "
        + "file, the metadata server (gcp)."),
    Field(
      "login", .object(login),
      "A service principal; otherwise Azure's own chain: environment, workload identity, managed "
        + "identity, az (azure)."),
    Field("profile", .leaf(.text("a profile name")), "A profile of ~/.aws/config (aws)."),
    Field(
      "credentials", .object(credentials),
      "Keys by reference; otherwise AWS's own chain: environment, web identity, files, container, "
        + "instance (aws)."),
    Field(
      "instance_metadata", .leaf(.flag), standard: "false",
      "finops runs on a machine of this cloud, and hears of its end from the metadata service "
        + "(aws, gcp, azure)."),
    Field(
      "interruption_queue", .leaf(.webAddress),
      "The SQS queue that EventBridge sends spot and maintenance warnings to (aws)."),
  ]

  static let login: [Field] = [
    Field("tenant", .leaf(.text("a tenant's id")), required: true, "The tenant."),
    Field("client_id", .leaf(.text("an application's id")), required: true, "The application."),
    Field("client_secret", .secret, required: true, "The application's secret."),
  ]
}
