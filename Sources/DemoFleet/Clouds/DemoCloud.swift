/// A cloud a demo can show; the raw value is the name of it in settings and on the command line.
public enum DemoCloud: String, Sendable, Hashable, CaseIterable {
  case aws, gcp, azure, kubernetes, runpod, huggingface, replicate
}

/// Where one fake cloud answers, and with what it lets its caller in.
public struct DemoCloudPlace: Sendable, Hashable {
  public var cloud: DemoCloud
  /// "http://127.0.0.1:PORT", with the path its API begins with.
  public var endpoint: String

  public init(cloud: DemoCloud, endpoint: String) {
    self.cloud = cloud
    self.endpoint = endpoint
  }
}
