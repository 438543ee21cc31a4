import FleetModel
import Foundation
import Ports

/// Temporary keys as a program, a container's endpoint or the instance's metadata prints them.
struct IssuedKeys: Decodable, Sendable {
  var code: String?
  var message: String?
  var version: Int?
  var id: String?
  var secret: String?
  /// What programs call it.
  var sessionToken: String?
  /// What endpoints call it.
  var token: String?
  var expiration: String?

  enum CodingKeys: String, CodingKey {
    case code = "Code"
    case message = "Message"
    case version = "Version"
    case id = "AccessKeyId"
    case secret = "SecretAccessKey"
    case sessionToken = "SessionToken"
    case token = "Token"
    case expiration = "Expiration"
  }

  static func read(_ body: [UInt8]) -> IssuedKeys? {
    try? JSONDecoder().decode(IssuedKeys.self, from: Data(body))
  }

  /// What `command` prints (the config file's credential_process). Not through a shell: words are
  /// parted at spaces, quotes keep them together.
  static func byProgram(
    _ command: String, environment: [String: String], link: String
  ) async throws(ActuateError) -> Issued<AWSCredentials> {
    let words = self.words(of: command)
    guard let program = words.first else {
      throw AWSCredentialChain.refusal("\(link) is empty")
    }
    let printed = try await CredentialProgram.output(
      of: program, Array(words.dropFirst()), environment: environment)
    guard let keys = read(printed), keys.version == 1 else {
      throw AWSCredentialChain.refusal("\(link) printed no credentials of version 1")
    }
    return try keys.issued(link: link)
  }

  func issued(link: String) throws(ActuateError) -> Issued<AWSCredentials> {
    if let code, code != "Success" {
      throw AWSCredentialChain.refusal("\(link): \(code) \(message ?? "")")
    }
    guard let id, let secret, !id.isEmpty, !secret.isEmpty else {
      throw AWSCredentialChain.refusal("\(link) gave no keys")
    }
    let end = expiration.flatMap { Timestamp(rfc3339: $0) }
    guard expiration == nil || end != nil else {
      throw AWSCredentialChain.refusal("\(link) gave keys whose end can not be read")
    }
    let credentials = AWSCredentials(
      accessKeyID: id, secretAccessKey: Secret(secret),
      sessionToken: (sessionToken ?? token).map { Secret($0) })
    return Issued(credentials, link: link, expiresAt: end)
  }

  static func words(of command: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in command {
      if let open = quote {
        if character == open { quote = nil } else { word?.append(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let whole = word { words.append(whole) }
        word = nil
      } else {
        if word == nil { word = "" }
        word?.append(character)
      }
    }
    if let word { words.append(word) }
    return words
  }
}
