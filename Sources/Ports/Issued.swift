public import FleetModel

/// A credential as a link of a cloud's chain gave it.
public struct Issued<Value: Sendable>: Sendable {
  public var value: Value
  /// Which link gave it, for `finops doctor`: "environment", "profile dev in ~/.aws/credentials".
  public var link: String
  /// nil: it does not expire.
  public var expiresAt: Timestamp?

  public init(_ value: Value, link: String, expiresAt: Timestamp? = nil) {
    self.value = value
    self.link = link
    self.expiresAt = expiresAt
  }
}
