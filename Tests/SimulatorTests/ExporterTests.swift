import FleetModel
import Simulator
import TestSupport
import Testing

@Suite("Exporters")
struct ExporterTests {
  @Test(
    "the last look is at the rhythm's own moments, never later than the question",
    arguments: [
      (asked: Int64(0), interval: Int64(30_000), phase: Int64(0), look: Int64(0)),
      (29_999, 30_000, 0, 0), (30_000, 30_000, 0, 30_000), (45_000, 30_050, 0, 30_050),
      (60_099, 30_050, 0, 30_050), (60_100, 30_050, 0, 60_100), (10_999, 30_000, 11_000, -19_000),
      (11_000, 30_000, 11_000, 11_000), (12_345, 0, 0, 12_345),
    ])
  func looks(asked: Int64, interval: Int64, phase: Int64, look: Int64) {
    let rhythm = ExporterRhythm(every: .milliseconds(interval), phase: .milliseconds(phase))
    #expect(
      rhythm.collection(before: Timestamp(microseconds: asked * 1000)).microseconds == look * 1000)
  }

  @Test("a late answer speaks of its beginning or of its end", arguments: [false, true])
  func late(readsLast: Bool) {
    let lateness = AnswerLateness(upTo: .seconds(5), readsLast: readsLast)
    let delay = lateness.delay(0.4)
    #expect(delay == .seconds(2))
    let moment = lateness.moment(asked: TestFleet.start, delay: delay)
    #expect(moment.duration(since: TestFleet.start) == (readsLast ? .seconds(2) : .zero))
    #expect(AnswerLateness.none.delay(1) == .zero)
  }

  @Test(
    "a process costs its step by being there, whatever memory it holds",
    arguments: [DeviceProfile.h100, .a100, .l40s, .a10g, .l4, .t4])
  func step(profile: DeviceProfile) {
    let watts = [0.0, 450, 10_000, profile.memoryMiB].map { memory in
      profile.watts(DeviceActivity(duty: 0, memoryUsed: memory))
    }
    let held = profile.idleWatts + profile.contextWatts
    #expect(watts == [profile.idleWatts, held, held, held])
    #expect(profile.watts(DeviceActivity(duty: 1, memoryUsed: 1)) == profile.peakWatts)
    // With it the clock leaves rest, and it is no sign of work.
    var signals = DeviceSignals(profile: profile)
    let reading = signals.reading(
      of: DeviceActivity(duty: 0, memoryUsed: 450), at: TestFleet.start)
    #expect(reading[.smClock] == profile.clockMHz && reading[.engineActive] == 0)
  }
}

/// NVIDIA/dcgm-exporter#561, #317, #257, #216.
@Suite("Slices of a GPU")
struct SliceTests {
  private func page(_ cut: GPUCut) -> (rows: [NodeSignals.Row], page: [DeviceReading?]) {
    let devices = Array(repeating: DeviceSignals(profile: .a100), count: 8)
    var signals = NodeSignals(devices, cut: cut)
    let readings = signals.readings(at: TestFleet.start) { part in
      DeviceActivity(duty: part == 3 ? 0.8 : 0, memoryUsed: 5_000)
    }
    return (signals.rows, readings)
  }

  @Test("eight GPUs in halves are sixteen rows; each repeats its GPU's power, GPU_UTIL is 0")
  func halves() {
    let (rows, page) = page(.halves)
    #expect(rows.count == 16 && page.count == 16)
    #expect(rows[3] == NodeSignals.Row(gpu: 1, slice: 2))
    #expect(page[3]?[.engineActive] == 0.8 && page[2]?[.engineActive] == 0)
    #expect(page[3]?[.powerUsage] == page[2]?[.powerUsage])
    #expect(page[3]?[.totalEnergy] == page[2]?[.totalEnergy])
    #expect(page[3]?[.powerUsage] ?? 0 > page[0]?[.powerUsage] ?? 0)
    #expect(page.allSatisfy { $0?[.gpuUtilization] == 0 })
    #expect(page[3]?[.memoryUsed] == 5_000 && page[3]?[.memoryFree] == 15_480)
  }

  @Test("where the GPU has a row of its own, power and energy are there alone, and no load is")
  func withParent() {
    let (rows, page) = page(GPUCut(slices: 2, listsGPU: true))
    #expect(rows.count == 24 && rows[3] == NodeSignals.Row(gpu: 1))
    #expect(page[3]?[.powerUsage] != nil && page[3]?[.engineActive] == nil)
    #expect(page[3]?[.gpuUtilization] == nil)
    #expect(page[5]?[.powerUsage] == nil && page[5]?[.totalEnergy] == nil)
    #expect(page[5]?[.engineActive] == 0.8)
  }

  @Test("what is not recorded has no row's values, whole or cut", arguments: [0, 2])
  func unknown(slices: Int) {
    var signals = NodeSignals([DeviceSignals(profile: .a100)], cut: GPUCut(slices: slices))
    #expect(signals.readings(at: TestFleet.start) { _ in nil }.allSatisfy { $0 == nil })
  }
}
