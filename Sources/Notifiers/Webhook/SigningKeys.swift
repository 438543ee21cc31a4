import Crypto
import Foundation

/// The keys a webhook's messages are signed with, per Standard Webhooks: "whsec_" and the base64
/// of 24 to 64 bytes. Several, apart by white space, sign together while a receiver changes over.
public struct SigningKeys: Sendable {
  private let keys: [SymmetricKey]

  /// The specification's bounds of a key, in bytes.
  static let sizes = 24...64
  static let prefix = "whsec_"

  /// Why a text is no key; says nothing of its contents.
  public enum Fault: Error, Sendable, Hashable, CustomStringConvertible {
    case empty
    case noPrefix
    case noBase64
    case size(Int)

    public var description: String {
      switch self {
      case .empty: "the signing secret is empty"
      case .noPrefix: "the signing secret must begin with whsec_"
      case .noBase64: "the signing secret is not base64 after whsec_"
      case .size(let bytes): "the signing secret has \(bytes) bytes; it must have 24 to 64"
      }
    }
  }

  public init(_ text: String) throws(Fault) {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard !words.isEmpty else { throw .empty }
    var keys: [SymmetricKey] = []
    for word in words { keys.append(try Self.key(word)) }
    self.keys = keys
  }

  private static func key(_ word: Substring) throws(Fault) -> SymmetricKey {
    guard word.hasPrefix(prefix) else { throw .noPrefix }
    guard let bytes = Data(base64Encoded: String(word.dropFirst(prefix.count))) else {
      throw .noBase64
    }
    guard sizes.contains(bytes.count) else { throw .size(bytes.count) }
    return SymmetricKey(data: bytes)
  }

  public var count: Int { keys.count }

  /// The value of `webhook-signature`: "v1," and the base64 HMAC-SHA256 over id.seconds.body, one
  /// for each key.
  public func signature(id: String, seconds: Int64, body: [UInt8]) -> String {
    let signed = Array("\(id).\(seconds).".utf8) + body
    let signatures = keys.map { key in
      let code = HMAC<SHA256>.authenticationCode(for: signed, using: key)
      return "v1," + Data(code).base64EncodedString()
    }
    return signatures.joined(separator: " ")
  }
}
