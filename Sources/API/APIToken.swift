import Crypto

/// The secret that lets a client act: only its digest is kept, and compared in constant time.
public struct APIToken: Sendable {
  private let digest: SHA256Digest

  /// Shorter ones can be guessed (RELIABILITY 4): 32 bytes are `openssl rand -hex 32` and more.
  public static let shortest = 32

  /// nil when the secret is too short to be one.
  public init?(_ secret: String) {
    guard secret.utf8.count >= Self.shortest else { return nil }
    digest = SHA256.hash(data: Array(secret.utf8))
  }

  /// Digests have one length, and swift-crypto compares them in constant time: how long it takes
  /// says nothing about how much was right.
  func matches(_ offered: String) -> Bool { SHA256.hash(data: Array(offered.utf8)) == digest }
}
