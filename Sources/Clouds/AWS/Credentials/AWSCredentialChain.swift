public import Foundation
import FleetModel
import Planner
public import Ports

/// Finds AWS credentials where AWS's own tools look, in their order.
///
/// The environment (AWS_ACCESS_KEY_ID …), a web identity (AWS_WEB_IDENTITY_TOKEN_FILE and
/// AWS_ROLE_ARN), the profile in the shared files (AWS_PROFILE, else "default"), the container's
/// endpoint, the instance's metadata. A link that is set up and fails ends the search: to go on
/// with somebody else's rights would be worse than to stop.
public struct AWSCredentialChain: Sendable {
  let environment: [String: String]
  let home: String
  let profile: String?
  let region: String?
  let endpoint: String?
  let transport: any HTTPTransport
  let time: any TimeSource

  /// - Parameters:
  ///   - profile: a profile the configuration names; only it is looked for then, as
  ///     `aws --profile` does.
  ///   - region: for STS, where neither the profile nor AWS_REGION names one.
  ///   - endpoint: an absolute URL that serves STS; nil for AWS_ENDPOINT_URL_STS, else AWS's own.
  ///   - time: real time, in which credentials end.
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    home: String = NSHomeDirectory(), profile: String? = nil, region: String? = nil,
    endpoint: String? = nil, transport: any HTTPTransport, time: any TimeSource
  ) {
    self.environment = environment
    self.home = home
    self.profile = profile
    self.region = region
    self.endpoint = endpoint
    self.transport = transport
    self.time = time
  }

  /// The credentials as they are now, by which link, and when they end; files are read anew.
  public func issue() async throws(ActuateError) -> Issued<AWSCredentials> {
    var looked: [String] = []
    if profile == nil {
      if let found = try fromEnvironment() { return Issued(found, link: "environment") }
      looked.append("AWS_ACCESS_KEY_ID in the environment (not set)")
      if let found = try await fromWebIdentity() { return found }
      looked.append("AWS_WEB_IDENTITY_TOKEN_FILE (not set)")
    }
    let name = profile ?? value("AWS_PROFILE")
    let profiles = AWSProfiles(chain: self)
    if let found = try await profiles.issue(name ?? "default") { return found }
    looked += profiles.looked(for: name ?? "default")
    guard name == nil else { throw Self.refusal(Self.none + looked.joined(separator: ", ")) }
    if let found = try await fromContainer() { return found }
    looked.append("AWS_CONTAINER_CREDENTIALS_FULL_URI (not set)")
    switch try await fromInstance() {
    case .issued(let found): return found
    case .nothing(let why): looked.append("the instance's metadata (\(why))")
    }
    throw Self.refusal(Self.none + looked.joined(separator: ", "))
  }

  /// A cache that asks this chain, for all regions of one account.
  public func cache() -> CredentialCache<AWSCredentials> {
    let chain = self
    return CredentialCache(time: time) { () async throws(ActuateError) in
      try await chain.issue()
    }
  }

  private static let none = "no AWS credentials; looked at "

  func fromEnvironment() throws(ActuateError) -> AWSCredentials? {
    guard let id = value("AWS_ACCESS_KEY_ID") else { return nil }
    guard let secret = value("AWS_SECRET_ACCESS_KEY") else {
      throw Self.refusal("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not")
    }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: Secret(secret),
      sessionToken: value("AWS_SESSION_TOKEN").map { Secret($0) })
  }

  private func fromWebIdentity() async throws(ActuateError) -> Issued<AWSCredentials>? {
    guard let file = value("AWS_WEB_IDENTITY_TOKEN_FILE") else { return nil }
    guard let arn = value("AWS_ROLE_ARN") else {
      throw Self.refusal("AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not")
    }
    let role = AWSRole(arn, session: value("AWS_ROLE_SESSION_NAME"))
    return try await assume(
      role, webIdentityFile: file, region: nil, link: "web identity, role \(arn)")
  }

  /// A variable that is set to nothing counts as not set, as in AWS's tools.
  func value(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  static func refusal(_ message: String) -> ActuateError {
    .refused(ActFailure(kind: .auth, code: "NoCredentials", message: message))
  }
}
