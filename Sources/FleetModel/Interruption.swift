/// A cloud's word that it will take a machine away, or already has.
public struct Interruption: Sendable, Hashable, Codable {
  /// The same notice seen twice, on any path, has the same id.
  public var id: String
  public var cloud: CloudName
  public var node: NodeID
  public var kind: Kind
  /// When the machine is gone; nil: not said.
  public var endsAt: Timestamp?
  /// When the cloud said it.
  public var noticedAt: Timestamp
  /// The path it came on, "sqs", "imds", "sweep", "taint".
  public var path: String

  public init(
    id: String, cloud: CloudName, node: NodeID, kind: Kind, endsAt: Timestamp? = nil,
    noticedAt: Timestamp, path: String
  ) {
    self.id = id
    self.cloud = cloud
    self.node = node
    self.kind = kind
    self.endsAt = endsAt
    self.noticedAt = noticedAt
    self.path = path
  }

  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Spot capacity is taken back.
    case preemption
    /// The cloud expects to take it back; nothing is decided.
    case rebalance
    /// Maintenance stops or moves the machine.
    case maintenance
    /// It stopped or ended, and we did not ask for it.
    case stopped

    /// Capacity will be missing: another is made. A rebalance recommendation alone ends nothing.
    public var endsNode: Bool { self != .rebalance }
  }

  public var endsNode: Bool { kind.endsNode }
}
