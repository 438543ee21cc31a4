public import Foundation
import Planner
public import Ports

/// Finds AWS credentials where AWS's own tools look, in their order.
///
/// The environment first (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN), then the
/// profile (AWS_PROFILE, else "default") in the credentials file, then in the config file.
/// Only static keys; single sign-on, roles and processes are named in the error.
public struct CredentialChain: Sendable {
  private let environment: [String: String]
  private let home: String
  private let profile: String?

  /// - Parameter profile: a profile the configuration names; it is then looked for in the files
  ///   alone, as `aws --profile` does.
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    home: String = NSHomeDirectory(), profile: String? = nil
  ) {
    self.environment = environment
    self.home = home
    self.profile = profile
  }

  /// The credentials as they are now; files are read anew, so a rotated key is found.
  public func credentials() throws(ActuateError) -> AWSCredentials {
    var looked: [String] = []
    if profile == nil {
      if let found = try fromEnvironment() { return found }
      looked.append("AWS_ACCESS_KEY_ID in the environment (not set)")
    }
    let name = profile ?? value("AWS_PROFILE") ?? "default"
    for path in [credentialsPath, configPath] {
      switch read(path, profile: name) {
      case .found(let credentials): return credentials
      case .nothing(let why): looked.append("\(path) (\(why))")
      }
    }
    throw Self.refusal("no AWS credentials; looked at " + looked.joined(separator: ", "))
  }

  private func fromEnvironment() throws(ActuateError) -> AWSCredentials? {
    guard let id = value("AWS_ACCESS_KEY_ID") else { return nil }
    guard let secret = value("AWS_SECRET_ACCESS_KEY") else {
      throw Self.refusal("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not")
    }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: Secret(secret),
      sessionToken: value("AWS_SESSION_TOKEN").map { Secret($0) })
  }

  private enum Look {
    case found(AWSCredentials)
    case nothing(String)
  }

  private func read(_ path: String, profile: String) -> Look {
    guard let content = FileManager.default.contents(atPath: path) else {
      return .nothing("can not be read, or is not there")
    }
    let sections = ProfileFile(String(decoding: content, as: UTF8.self)).sections
    guard let section = sections[profile] else { return .nothing("no profile “\(profile)”") }
    if let id = section["aws_access_key_id"], let secret = section["aws_secret_access_key"],
      !id.isEmpty, !secret.isEmpty
    {
      let token = section["aws_session_token"].flatMap { $0.isEmpty ? nil : Secret($0) }
      return .found(
        AWSCredentials(accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: token))
    }
    let others = ["sso_session", "sso_start_url", "role_arn", "credential_process"]
    guard let other = others.first(where: { section[$0] != nil }) else {
      return .nothing("profile “\(profile)” has no static keys")
    }
    return .nothing("profile “\(profile)” uses \(other), which is not offered; static keys are")
  }

  private var credentialsPath: String {
    value("AWS_SHARED_CREDENTIALS_FILE") ?? home + "/.aws/credentials"
  }

  private var configPath: String { value("AWS_CONFIG_FILE") ?? home + "/.aws/config" }

  /// A variable that is set to nothing counts as not set, as in AWS's tools.
  private func value(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func refusal(_ message: String) -> ActuateError {
    .refused(ActFailure(kind: .auth, code: "NoCredentials", message: message))
  }
}
