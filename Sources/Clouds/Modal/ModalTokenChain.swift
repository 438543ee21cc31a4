public import Foundation
import Planner
public import Ports

/// Modal's credential: an id and its secret.
public struct ModalToken: Sendable, Hashable {
  public var id: String
  public var secret: Secret

  public init(id: String, secret: Secret) {
    self.id = id
    self.secret = secret
  }
}

/// Finds Modal's token as its own client does: each half in a variable, else in the profile.
///
/// What is read is named, for `finops doctor`; nothing is cached here, so that a rotated token is
/// found.
public struct ModalTokenChain: Sendable {
  private let environment: [String: String]
  private let home: String

  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    home: String = NSHomeDirectory()
  ) {
    self.environment = environment
    self.home = home
  }

  /// The token, and where it was found: MODAL_TOKEN_ID and MODAL_TOKEN_SECRET, else the profile
  /// (MODAL_PROFILE, else the active one, else "default") of MODAL_CONFIG_PATH, else ~/.modal.toml.
  public func token() throws(ActuateError) -> Issued<ModalToken> {
    let id = set("MODAL_TOKEN_ID")
    let secret = set("MODAL_TOKEN_SECRET")
    if let id, let secret {
      return try issued(id, secret, "MODAL_TOKEN_ID and MODAL_TOKEN_SECRET in the environment")
    }
    let path = set("MODAL_CONFIG_PATH") ?? home + "/.modal.toml"
    let content = FileManager.default.contents(atPath: path) ?? Data()
    let text = String(decoding: content.prefix(1 << 20), as: UTF8.self)
    let name = try profile(of: ModalProfileFile(text), path)
    let values = ModalProfileFile(text).sections[name] ?? [:]
    guard let id = id ?? values["token_id"], let secret = secret ?? values["token_secret"] else {
      throw Self.none(
        "no Modal token; looked at MODAL_TOKEN_ID and MODAL_TOKEN_SECRET in the environment (not "
          + "both set), profile \(name) in \(path) (not there, or without token_id and "
          + "token_secret); Modal's OAuth credentials are not used here")
    }
    return try issued(id, secret, "profile \(name) in \(path)")
  }

  /// With several profiles and none that is active, Modal's own client asks for one; so do we.
  private func profile(of file: ModalProfileFile, _ path: String) throws(ActuateError) -> String {
    if let named = set("MODAL_PROFILE") { return named }
    let active = file.sections.filter { $0.value["active"] == "true" }.keys.sorted()
    if active.count == 1 { return active[0] }
    if active.isEmpty, file.sections.count <= 1 || file.sections["default"] != nil {
      return "default"
    }
    throw Self.none(
      active.isEmpty
        ? "no profile in \(path) is active; set MODAL_PROFILE"
        : "more than one profile in \(path) is active: \(active.joined(separator: ", "))")
  }

  private func set(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private func issued(
    _ id: String, _ secret: String, _ link: String
  ) throws(ActuateError) -> Issued<ModalToken> {
    let isVisible = [id, secret].allSatisfy { word in
      !word.isEmpty && word.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
    guard isVisible else { throw Self.none("\(link) is no word that can be sent") }
    return Issued(ModalToken(id: id, secret: Secret(secret)), link: link)
  }

  private static func none(_ message: String) -> ActuateError {
    .refused(ActFailure(kind: .auth, code: "NoCredentials", message: message))
  }
}
