import FleetModel

/// Of a target's memory what a proof rests on.
struct Heard {
  var accelerators: AcceleratorMemories
  var lastReadingAt: Timestamp?
  var conflict: AcceleratorID?
  var conflictUntil: Timestamp?
  var unchangedReadings: Int

  @inline(__always)
  init(_ memory: TargetMemory) {
    accelerators = memory.accelerators
    lastReadingAt = memory.lastReadingAt
    conflict = memory.conflict
    conflictUntil = memory.conflictUntil
    unchangedReadings = memory.unchangedReadings
  }
}
