public import Foundation
import FleetModel
import Planner
public import Ports

/// Finds Google credentials where Google's own libraries look, in their order: the file that
/// GOOGLE_APPLICATION_CREDENTIALS names, the one `gcloud auth application-default login` writes, the
/// metadata server of the machine.
///
/// A file may be a service account's key, a person's refresh token, or a federation (workload
/// identity) whose subject token is read from a file or a URL. Other kinds are named in the error.
/// A token is asked for anew at each call: keep one `cache()`.
public struct GCPCredentialChain: Sendable {
  private let file: String?
  private let environment: [String: String]
  private let home: String
  private let tokens: GCPTokenRequests
  private let metadata: String?

  /// - Parameters:
  ///   - file: a key file the configuration names; nothing else is then looked at.
  ///   - time: the real time; a token that is signed for another hour is refused.
  ///   - tokenURL: instead of "https://oauth2.googleapis.com/token", for people's tokens. The other
  ///     kinds say in their file where they are changed for a token.
  ///   - metadata: instead of "http://169.254.169.254", which GCE_METADATA_HOST overrides too.
  public init(
    file: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
    home: String = NSHomeDirectory(), transport: any HTTPTransport, time: any TimeSource,
    tokenURL: String? = nil, metadata: String? = nil
  ) {
    self.file = file
    self.environment = environment
    self.home = home
    self.metadata = metadata
    tokens = GCPTokenRequests(transport: transport, time: time, tokenURL: tokenURL)
  }

  /// A cache in front of this chain, to be shared by all that ask Google something.
  public func cache() -> CredentialCache<GCPToken> {
    let time = tokens.time
    return CredentialCache(time: time) { () throws(ActuateError) in try await credential() }
  }

  /// A token as the first link that is there gives it; a link that is there and fails is the error.
  public func credential() async throws(ActuateError) -> Issued<GCPToken> {
    var looked: [String] = []
    for (path, why) in files {
      guard let content = FileManager.default.contents(atPath: path) else {
        guard why == nil else { throw Self.refusal("\(path), named by \(why ?? ""), is not there") }
        looked.append("\(path) (not there)")
        continue
      }
      return try await issued(by: content, at: path)
    }
    if file == nil, let found = try await fromMetadata(&looked) { return found }
    throw Self.refusal("no Google credentials; looked at " + looked.joined(separator: ", "))
  }

  /// Files in their order, and who named them; one that is named has to be there.
  private var files: [(path: String, named: String?)] {
    if let file { return [(file, "the configuration")] }
    if let path = value("GOOGLE_APPLICATION_CREDENTIALS") {
      return [(path, "GOOGLE_APPLICATION_CREDENTIALS")]
    }
    let folder = value("CLOUDSDK_CONFIG") ?? home + "/.config/gcloud"
    return [(folder + "/application_default_credentials.json", nil)]
  }

  private func issued(
    by content: Data, at path: String
  ) async throws(ActuateError) -> Issued<GCPToken> {
    guard let file = try? JSONDecoder().decode(GCPKeyFile.self, from: content) else {
      throw Self.refusal("\(path) is not a Google credentials file")
    }
    switch file.type {
    case "service_account":
      return try await tokens.serviceAccount(file, link: "service account in \(path)")
    case "authorized_user":
      return try await tokens.person(file, link: "gcloud user credentials in \(path)")
    case "external_account":
      return try await tokens.federation(file, link: "workload identity federation in \(path)")
    default:
      throw Self.refusal(
        "\(path) is of the kind \(file.type), which is not offered; service_account, "
          + "authorized_user and external_account are")
    }
  }

  /// nil when nobody answers there; then this is no machine of Google's.
  private func fromMetadata(
    _ looked: inout [String]
  ) async throws(ActuateError) -> Issued<GCPToken>? {
    if value("NO_GCE_CHECK")?.lowercased() == "true" {
      looked.append("the metadata server (NO_GCE_CHECK is set)")
      return nil
    }
    let host = value("GCE_METADATA_HOST").map { "http://" + $0 }
    let base = metadata ?? host ?? "http://169.254.169.254"
    do throws(ActuateError) {
      return try await tokens.metadata(base)
    } catch {
      if case .refused(let failure) = error, failure.kind == .auth { throw error }
      looked.append("the metadata server at \(base) (\(error))")
      return nil
    }
  }

  /// A variable that is set to nothing counts as not set.
  private func value(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  static func refusal(_ message: String) -> ActuateError {
    .refused(ActFailure(kind: .auth, code: "NoCredentials", message: message))
  }
}

/// A Google credentials file, of any kind.
struct GCPKeyFile: Decodable, Sendable {
  var type: String
  var quota_project_id: String?
  // service_account
  var client_email: String?
  var private_key: String?
  var private_key_id: String?
  var token_uri: String?
  // authorized_user
  var client_id: String?
  var client_secret: String?
  var refresh_token: String?
  // external_account
  var audience: String?
  var subject_token_type: String?
  var token_url: String?
  var service_account_impersonation_url: String?
  var credential_source: Source?

  struct Source: Decodable, Sendable {
    var file: String?
    var url: String?
    var headers: [String: String]?
    var format: Format?
    var environment_id: String?
    var executable: Executable?
    var certificate: Executable?
  }
  struct Format: Decodable, Sendable {
    var type: String?
    var subject_token_field_name: String?
  }
  struct Executable: Decodable, Sendable {}
}
