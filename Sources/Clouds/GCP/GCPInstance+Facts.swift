import FleetModel

/// Whose labels stand on a machine.
enum GCPOwners {
  /// GKE labels each of its nodes `goog-gke-node`, with an empty value; Slurm's toolkit and the
  /// launchers label what they make.
  static let table: [OwnerSign] =
    [
      OwnerSign(
        .exactly("goog-gke-node"), .gke,
        name: .tags(["goog-k8s-node-pool-name", "goog-k8s-cluster-name"])),
      OwnerSign(.exactly("slurm_cluster_name"), .slurm),
    ] + OwnerSign.launchers

  /// Groups of GKE are named so: "gke-CLUSTER-POOL-DIGITS-grp".
  static let gkeGroup = "gke-"

  static func owner(of tags: [String: String], group: GCPGroup?) -> NodeOwner? {
    if let owner = OwnerSign.owner(of: tags, by: table) { return owner }
    guard let group else { return nil }
    if group.name.hasPrefix(gkeGroup) { return NodeOwner(.gke, name: group.name) }
    return NodeOwner(.instanceGroup, name: group.id.rawValue)
  }
}

extension GCPInstance {
  /// A disk, as far as it decides about its machine.
  struct Disk: Decodable, Sendable {
    /// "SCRATCH" for local SSD, "PERSISTENT" else.
    var type: String?
    /// An integer of 64 bits, which Google writes as a text.
    var diskSizeGb: String?
  }

  /// A local SSD is of 375 GB where its size is not said (Compute Engine, local SSD).
  private static let localDisk = 375

  private var scratch: [Disk] { (disks ?? []).filter { $0.type == "SCRATCH" } }

  /// Stopping has to say what becomes of local SSD.
  var hasLocalDisks: Bool { !scratch.isEmpty }

  private var localDisks: LocalDisks? {
    guard hasLocalDisks else { return nil }
    let sizes = scratch.map { min(100_000, $0.diskSizeGb.flatMap { Int($0) } ?? Self.localDisk) }
    return LocalDisks(gigabytes: sizes.reduce(0, +), name: "local SSD")
  }

  /// What the listing says against ending this machine.
  var facts: NodeFacts {
    var hindrances: [ActHindrance] = []
    if deletionProtection == true {
      hindrances.append(
        ActHindrance(
          .terminate, .protected, because: "its deletion protection is on",
          remedy: "set deletionProtection to false to let it go"))
    }
    return NodeFacts(
      owner: GCPOwners.owner(of: tags, group: group), hindrances: hindrances,
      localDisks: localDisks)
  }
}
