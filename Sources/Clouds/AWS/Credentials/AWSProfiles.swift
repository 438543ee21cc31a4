import FleetModel
import Foundation
import Planner
import Ports

/// The profiles of the shared files, and what each comes to.
///
/// A role goes before keys, as in AWS's tools: a profile with both means the role.
struct AWSProfiles: Sendable {
  let chain: AWSCredentialChain
  private let credentials: [String: [String: String]]?
  private let config: [String: [String: String]]?

  /// A chain of roles longer than this is taken for a circle.
  private static let longestChain = 5

  init(chain: AWSCredentialChain) {
    self.chain = chain
    credentials = Self.read(Self.credentialsPath(chain))
    config = Self.read(Self.configPath(chain))
  }

  private static func credentialsPath(_ chain: AWSCredentialChain) -> String {
    chain.value("AWS_SHARED_CREDENTIALS_FILE") ?? chain.home + "/.aws/credentials"
  }

  private static func configPath(_ chain: AWSCredentialChain) -> String {
    chain.value("AWS_CONFIG_FILE") ?? chain.home + "/.aws/config"
  }

  private static func read(_ path: String) -> [String: [String: String]]? {
    FileManager.default.contents(atPath: path).map {
      ProfileFile(String(decoding: $0, as: UTF8.self)).sections
    }
  }

  /// What was looked at in vain, for the person who has to set it up.
  func looked(for name: String) -> [String] {
    [(Self.credentialsPath(chain), credentials), (Self.configPath(chain), config)].map {
      path, sections in
      guard let sections else { return "\(path) (can not be read, or is not there)" }
      guard sections[name] != nil else { return "\(path) (no profile “\(name)”)" }
      return "\(path) (profile “\(name)” has no keys and names no source of any)"
    }
  }

  /// nil when no file has the profile, or it says nothing of credentials.
  func issue(_ name: String) async throws(ActuateError) -> Issued<AWSCredentials>? {
    try await issue(name, after: [])
  }

  private func issue(
    _ name: String, after path: [String]
  ) async throws(ActuateError) -> Issued<AWSCredentials>? {
    guard path.count < Self.longestChain else {
      throw AWSCredentialChain.refusal(
        "profiles take each other's roles in a circle: \(path.joined(separator: ", "))")
    }
    guard let profile = profile(name) else { return nil }
    let link = "profile \(name)"
    // A profile that is its own source means its own keys.
    if let arn = profile["role_arn"], path.last != name {
      return try await role(arn, profile, name, after: path)
    }
    if let found = keys(profile) { return Issued(found, link: link + " in the shared files") }
    if let command = profile["credential_process"] {
      return try await IssuedKeys.byProgram(
        command, environment: chain.environment, link: link + ", credential_process")
    }
    if profile["sso_session"] != nil || profile["sso_start_url"] != nil {
      let session = profile["sso_session"].flatMap { config?["sso-session \($0)"] } ?? [:]
      return try await SingleSignOn(chain: chain, profile: profile, session: session, name: name)
        .issue()
    }
    return nil
  }

  /// Keys of one file are not mixed with those of the other.
  private func profile(_ name: String) -> [String: String]? {
    let (first, second) = (credentials?[name], config?[name])
    guard first != nil || second != nil else { return nil }
    var merged = (second ?? [:]).filter { !$0.value.isEmpty }
    if let first, first["aws_access_key_id"] != nil {
      for key in ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"] {
        merged[key] = nil
      }
    }
    return merged.merging((first ?? [:]).filter { !$0.value.isEmpty }) { _, new in new }
  }

  private func keys(_ profile: [String: String]) -> AWSCredentials? {
    guard let id = profile["aws_access_key_id"], let secret = profile["aws_secret_access_key"]
    else { return nil }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: Secret(secret),
      sessionToken: profile["aws_session_token"].map { Secret($0) })
  }

  private func role(
    _ arn: String, _ profile: [String: String], _ name: String, after path: [String]
  ) async throws(ActuateError) -> Issued<AWSCredentials> {
    guard profile["mfa_serial"] == nil else {
      throw AWSCredentialChain.refusal(
        "profile \(name) asks for a code of a person (mfa_serial); a controller has none")
    }
    let role = AWSRole(
      arn, session: profile["role_session_name"], externalID: profile["external_id"],
      seconds: profile["duration_seconds"].flatMap { Int($0) })
    let link = "profile \(name), role \(arn)"
    if let file = profile["web_identity_token_file"] {
      return try await chain.assume(
        role, webIdentityFile: file, region: profile["region"], link: link)
    }
    let source = try await source(profile, name, after: path)
    return try await chain.assume(
      role, by: source.value, region: profile["region"], link: "\(link) by \(source.link)")
  }

  private func source(
    _ profile: [String: String], _ name: String, after path: [String]
  ) async throws(ActuateError) -> Issued<AWSCredentials> {
    if let other = profile["source_profile"] {
      let next = path + [name]
      if let found = try await issue(other, after: next) { return found }
      throw AWSCredentialChain.refusal(
        "profile \(name) takes its role by the profile \(other), which has no credentials")
    }
    let found: Issued<AWSCredentials>?
    switch profile["credential_source"] {
    case "Environment":
      found = try chain.fromEnvironment().map { Issued($0, link: "environment") }
    case "EcsContainer": found = try await chain.fromContainer()
    case "Ec2InstanceMetadata":
      if case .issued(let issued) = try await chain.fromInstance() {
        found = issued
      } else {
        found = nil
      }
    default: found = nil
    }
    guard let found else {
      throw AWSCredentialChain.refusal(
        "profile \(name) names a role, but nothing to take it on by: source_profile or "
          + "credential_source")
    }
    return found
  }
}
