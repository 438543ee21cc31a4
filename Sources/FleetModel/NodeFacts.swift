/// What a cloud's listing says of ending a machine: whose it is, what cannot be done, what is lost.
///
/// Facts of the node, read with the listing and looked at again right before a call (SEMANTICS
/// 4.19). An empty value says that the cloud was asked and that nothing stands against either act.
public struct NodeFacts: Sendable, Hashable, Codable {
  /// The controller other than us that made the machine and looks after it; nil: none is known.
  public var owner: NodeOwner?
  /// What forbids an act, or makes it impossible; at most a few.
  public var hindrances: [ActHindrance]
  /// Disks that are erased when the machine stops; nil: it has none.
  public var localDisks: LocalDisks?

  public init(
    owner: NodeOwner? = nil, hindrances: [ActHindrance] = [], localDisks: LocalDisks? = nil
  ) {
    self.owner = owner
    self.hindrances = hindrances
    self.localDisks = localDisks
  }

  /// Says nothing against any act.
  public var isEmpty: Bool { owner == nil && hindrances.isEmpty && localDisks == nil }
}

/// Another controller that a machine belongs to.
public struct NodeOwner: Sendable, Hashable, Codable {
  public var kind: Kind
  /// The owner's own name for what holds the machine: a group, a node pool, a cluster, a queue;
  /// empty where the sign does not say.
  public var name: String

  public init(_ kind: Kind, name: String = "") {
    self.kind = kind
    self.name = name
  }

  /// The raw value is stored; what people read is `title`.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case karpenter, eks, kubernetes, batch, slurm, ray, dstack, gke, aks
    case skyPilot = "skypilot"
    case sageMaker = "sagemaker"
    case autoScalingGroup = "auto-scaling-group"
    case ec2Fleet = "ec2-fleet"
    case spotFleet = "spot-fleet"
    case instanceGroup = "instance-group"
    case scaleSet = "scale-set"
  }
}

/// The two acts that end a machine's work at the machine level.
public enum MachineAct: String, Sendable, Hashable, Codable, CaseIterable {
  case stop, terminate
}

/// One act that is forbidden or impossible on one machine.
public struct ActHindrance: Sendable, Hashable, Codable {
  public var act: MachineAct
  public var kind: Kind
  /// A phrase that ends "it stays because …": "spot machines cannot be stopped".
  public var because: String
  /// What a person can do about it, a whole phrase in the imperative; empty: nothing is known.
  public var remedy: String

  public init(_ act: MachineAct, _ kind: Kind, because: String, remedy: String = "") {
    self.act = act
    self.kind = kind
    self.because = because
    self.remedy = remedy
  }

  public enum Kind: String, Sendable, Hashable, Codable {
    /// Somebody said no: a protection that a person can lift.
    case protected
    /// The cloud cannot do it, whoever asks.
    case impossible
  }
}

/// Disks inside the host that lose everything when the machine stops.
public struct LocalDisks: Sendable, Hashable, Codable {
  /// Of all of them together; nil where the cloud does not say.
  public var gigabytes: Int?
  /// What the cloud calls them: "instance store", "local SSD", "temporary disk".
  public var name: String

  public init(gigabytes: Int? = nil, name: String) {
    self.gigabytes = gigabytes
    self.name = name
  }
}
