import Glibc

/// A network address in its bytes: four for IPv4, sixteen for IPv6.
struct Address: Sendable, Hashable {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The address in a `sockaddr` of the kernel's layout; nil for another family.
  init?(family: Int32, sockaddr: UnsafeRawBufferPointer) {
    // sockaddr_in: family 2 bytes, port 2, address 4. sockaddr_in6: 2, 2, flow 4, address 16.
    let place = family == AF_INET ? 4..<8 : 8..<24
    guard family == AF_INET || family == AF_INET6, sockaddr.count >= place.upperBound else {
      return nil
    }
    bytes = unsafe Array(sockaddr[place])
  }

  /// Anyone's address on the open internet. Not so: what IANA's special-purpose registries (RFC
  /// 6890 and its successors) keep for loopback, links, private networks, shared carrier space,
  /// tests, multicast or later, and IPv6 forms that carry such an IPv4 address within.
  var isPublic: Bool {
    if let embedded { return Self.isPublicIPv4(embedded) }
    return bytes.count == 4 ? Self.isPublicIPv4(bytes[...]) : Self.isPublicIPv6(bytes)
  }

  private static func isPublicIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = Array(bytes)
    guard parts.count == 4 else { return false }
    switch (parts[0], parts[1], parts[2]) {
    case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): return false
    case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _): return false
    case (192, 0, 0), (192, 0, 2), (198, 18...19, _), (198, 51, 100), (203, 0, 113): return false
    default: return true
    }
  }

  /// Global unicast is 2000::/3; of it, 2001:db8::/32 is for documents.
  private static func isPublicIPv6(_ bytes: [UInt8]) -> Bool {
    guard bytes.count == 16, bytes[0] & 0xe0 == 0x20 else { return false }
    return !bytes.starts(with: [0x20, 0x01, 0x0d, 0xb8])
  }

  /// The IPv4 address inside a mapped (::ffff:0:0/96), translated (64:ff9b::/96) or 6to4
  /// (2002::/16) one.
  private var embedded: ArraySlice<UInt8>? {
    guard bytes.count == 16 else { return nil }
    let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]
    let translated: [UInt8] = [0, 0x64, 0xff, 0x9b] + [UInt8](repeating: 0, count: 8)
    if bytes.starts(with: mapped) || bytes.starts(with: translated) { return bytes[12...] }
    return bytes.starts(with: [0x20, 0x02]) ? bytes[2..<6] : nil
  }
}
