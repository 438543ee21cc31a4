/// The machine and driver that a body's labels name.
struct Origin: Sendable, Hashable {
  var hostname: String?
  var driver: String?
}

/// A label's value as long as every series that has the label says the same.
struct OneText {
  private var first: BodyText?
  private var differs = false

  @inline(__always)
  mutating func take(_ value: BodyText) {
    guard let first else {
      self.first = value
      return
    }
    if !first.equals(value) { differs = true }
  }

  /// nil: no series has the label, or two disagree. Longer than a host's or driver's name can be
  /// (RFC 1035: 255) is not believed.
  var text: String? {
    guard let first, !differs, (1...255).contains(first.count) else { return nil }
    return first.unescaped
  }
}
