import FleetModel
import Planner
import TestSupport

/// A node whose GPUs are cut into slices, as dcgm-exporter shows it: a row for each slice, none for
/// the GPU (NVIDIA/dcgm-exporter#561), the GPU's energy in each of them (#317), GPU_UTIL 0 (#216).
struct SlicedNode {
  var fleet: TestFleet
  var gpus: Int
  var slices = 2
  /// What is not listed does nothing that the rest of its GPU could show.
  var isQuietWhenGone = false
  private var joules: [Int: Double] = [:]

  init(gpus: Int, kind: PoolKind = .batch) {
    self.gpus = gpus
    fleet = TestFleet(1, kind: kind, gpus: gpus)
  }

  /// What one slice does.
  enum Work {
    case rest, work
    /// At work, and no load field says so.
    case mute
    /// Not listed.
    case gone
  }

  static func slice(_ gpu: Int, _ number: Int) -> AcceleratorID {
    AcceleratorID("\(TestFleet.gpu(0, gpu).rawValue)/\(number)")
  }

  /// One scrape now: what the slices that are named do, the others rest.
  mutating func hear(_ works: [AcceleratorID: Work] = [:]) {
    var devices: [AcceleratorReading] = []
    for gpu in 0..<gpus {
      let all = (1...slices).map { (Self.slice(gpu, $0), works[Self.slice(gpu, $0)] ?? .rest) }
      let isAtWork = all.contains { _, work in
        switch work {
        case .rest: false
        case .work, .mute: true
        case .gone: !isQuietWhenGone
        }
      }
      let watts = isAtWork ? 300.0 : 52
      joules[gpu] = (joules[gpu] ?? 1000) + watts * fleet.rulebook.scrapeInterval.inSeconds
      for (id, work) in all {
        if case .gone = work { continue }
        devices.append(AcceleratorReading(id: id, fields: fields(work, watts, joules[gpu] ?? 0)))
      }
    }
    fleet.memory.fold(
      NodeReading(
        target: "10.0.0.0:9400", receivedAt: fleet.now,
        accelerators: devices.sorted { $0.id < $1.id }), under: fleet.rulebook)
  }

  /// Scrape after scrape for so long; true when it was never to be switched off.
  mutating func isKept(for time: Duration, _ works: [AcceleratorID: Work] = [:]) -> Bool {
    let end = fleet.now.advanced(by: time)
    var isKept = true
    while fleet.now < end {
      fleet.step()
      hear(works)
      if fleet.verdict().intent != .keep { isKept = false }
    }
    return isKept
  }

  private func fields(_ work: Work, _ watts: Double, _ joules: Double) -> DeviceReading {
    var fields = DeviceReading()
    fields[.powerUsage] = watts
    fields[.totalEnergy] = (joules * 1000).rounded()
    fields[.xidErrors] = 0
    switch work {
    case .rest:
      fields[.memoryUsed] = 12
      fields[.gpuUtilization] = 0
      for field in [DeviceField.engineActive, .tensorActive, .dramActive] { fields[field] = 0 }
    case .work:
      fields[.memoryUsed] = 18_000
      fields[.gpuUtilization] = 0
      fields[.engineActive] = 0.95
      fields[.tensorActive] = 0.4
      fields[.dramActive] = 0.5
    case .mute: fields[.memoryUsed] = 18_000
    case .gone: break
    }
    return fields
  }
}
