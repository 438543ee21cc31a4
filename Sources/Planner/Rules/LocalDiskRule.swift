/// What a stop may do to disks inside the host, which it erases (EC2 instance store, Google's local
/// SSD, Azure's temporary and NVMe disks).
public enum LocalDiskRule: String, Sendable, Hashable, Codable, CaseIterable {
  /// A node that has any is not stopped.
  case keep
  /// Nothing on them is needed.
  case lost
}
