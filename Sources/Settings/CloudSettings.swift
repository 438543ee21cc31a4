public import FleetModel

extension Settings {
  /// A cloud account, of whichever kind; what a kind has no use for is empty.
  public struct Cloud: Sendable, Hashable {
    public var name: CloudName
    public var kind: Kind
    /// For gcp those of its zones.
    public var regions: [Region]
    public var zones: [String]
    /// Another address for the cloud's API; without a slash at its end.
    public var endpoint: String?
    /// aws: a profile of its files. kubernetes: a context of the kubeconfig.
    public var profile: String?
    /// nil: the cloud's own chain.
    public var credentials: Credentials?
    /// gcp: the project. azure: the subscription. huggingface: the namespace.
    public var account: String?
    /// azure: resource groups. kubernetes: namespaces; empty: all.
    public var groups: [String]
    /// kubernetes: a path; relative ones have been taken from the settings file's folder.
    public var kubeconfig: String?
    /// runpod, huggingface, replicate: nil: their own variables and files.
    public var token: SecretReference?
    /// gcp: a credentials file; nil: Google's own chain.
    public var credentialsFile: String?
    /// azure: nil: Azure's own chain.
    public var login: Login?
    /// modal: "app/function", each a workload.
    public var functions: [String]
    /// modal: the environment.
    public var environment: String?
    /// aws, gcp, azure: finops runs on a machine of this cloud and listens to its metadata service.
    public var listensToMetadata = false
    /// aws: the URL of the queue that EventBridge sends interruption warnings to.
    public var queue: String?

    public enum Kind: String, Sendable, Hashable, CaseIterable {
      case aws, gcp, azure, kubernetes, runpod, huggingface, replicate, modal
    }

    public struct Credentials: Sendable, Hashable {
      public var accessKeyID: SecretReference
      public var secretAccessKey: SecretReference
      public var sessionToken: SecretReference?
    }

    /// A service principal of Azure.
    public struct Login: Sendable, Hashable {
      public var tenant: String
      public var client: String
      public var secret: SecretReference
    }

    public init(name: CloudName, kind: Kind) {
      self.name = name
      self.kind = kind
      regions = []
      zones = []
      groups = []
      functions = []
    }
  }
}

extension Settings.Cloud.Kind {
  /// The keys under `clouds.NAME` that mean something here; the first ones are needed.
  var keys: (needed: [String], other: [String]) {
    switch self {
    case .aws: (["regions"], ["profile", "credentials", "interruption_queue", "instance_metadata"])
    case .gcp: (["project", "zones"], ["credentials_file", "instance_metadata"])
    case .azure: (["subscription", "regions"], ["resource_groups", "login", "instance_metadata"])
    case .kubernetes: ([], ["kubeconfig", "context", "namespaces"])
    case .runpod: ([], ["token"])
    case .huggingface: (["namespace"], ["token"])
    case .replicate: ([], ["token"])
    case .modal: (["functions"], ["environment"])
    }
  }
}
