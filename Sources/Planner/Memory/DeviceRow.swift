import FleetModel

/// What one row of an exporter's list is of the GPU it belongs to.
struct DeviceRow: Sendable, Hashable {
  /// The first row of its GPU: GPUs are counted by these, never by their slices (dcgm-exporter#507).
  var isFirst: Bool
  /// The GPU is cut into slices (MIG), and this row is one of them.
  var isSlice: Bool
  /// The GPU's own row beside those of its slices. It need not say anything of its own.
  var isParent: Bool

  /// For keys in ascending order, in which a GPU's row and those of its slices follow each other.
  static func rows(of keys: [AcceleratorID]) -> [DeviceRow] {
    var rows: [DeviceRow] = []
    rows.reserveCapacity(keys.count)
    var last: AcceleratorID?
    for key in keys {
      let device = key.device
      let isSlice = key.isSlice
      let isFirst = device != last
      if isSlice, !isFirst, let parent = rows.indices.last, !rows[parent].isSlice {
        rows[parent].isParent = true
      }
      rows.append(DeviceRow(isFirst: isFirst, isSlice: isSlice, isParent: false))
      last = device
    }
    return rows
  }
}
