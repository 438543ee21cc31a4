import Crypto
public import Planner

/// The cloud's idempotency token for a decision: SHA-256 of its key in lower-case base32.
///
/// 52 ASCII characters, within EC2's 64 (docs: "Ensuring idempotency in Amazon EC2 API requests").
/// Derived, so a controller that crashed and came back sends the same token for the same intent.
public func intentToken(for key: DecisionKey) -> String {
  let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
  var text = ""
  var buffer: UInt32 = 0
  var bits = 0
  for byte in SHA256.hash(data: Array(key.rawValue.utf8)) {
    buffer = buffer << 8 | UInt32(byte)
    bits += 8
    while bits >= 5 {
      bits -= 5
      text.append(alphabet[Int(buffer >> UInt32(bits) & 31)])
    }
  }
  if bits > 0 { text.append(alphabet[Int(buffer << UInt32(5 - bits) & 31)]) }
  return text
}
