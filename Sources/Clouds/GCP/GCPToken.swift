public import Ports

/// What Google's APIs take as proof of who asks.
public struct GCPToken: Sendable, Hashable {
  public var accessToken: Secret
  /// The project whose quota is used and which is billed for the calls, where it is not the token's
  /// own (`x-goog-user-project`).
  public var quotaProject: String?

  public init(_ accessToken: Secret, quotaProject: String? = nil) {
    self.accessToken = accessToken
    self.quotaProject = quotaProject
  }
}
