import DemoFleet
import FleetModel
import Simulator
import TestSupport
import Testing

@Suite struct ExporterRhythmTests {
  private func plan(
    cut: GPUCut = .whole, rhythm: ExporterRhythm = .whenAsked, lateness: AnswerLateness = .none
  ) -> DemoFleetPlan {
    DemoFleetPlan(
      nodes: [
        DemoNode(
          name: "gpu-0", pool: "batch", type: "p4d.24xlarge", cut: cut, rhythm: rhythm,
          lateness: lateness)
      ], lag: .none)
  }

  @Test func `Between two looks of its own it repeats itself, energy included`() async throws {
    let time = VirtualTime()
    let rhythm = ExporterRhythm(every: .seconds(30))
    try await withFleet(plan(rhythm: rhythm), time: time) { _, endpoints in
      var pages: [[Double]] = []
      for _ in 0..<5 {
        pages.append(
          try await scrape(endpoints.targets[0].target)
            .values(DeviceField.totalEnergy.metricName))
        time.advance(by: .seconds(10))
      }
      // One or two questions fall into the first interval, three into the next.
      #expect(Set(pages).count == 2)
      #expect(pages[2] == pages[3] || pages[1] == pages[2])
    }
  }

  @Test func `Rows of slices are labelled as the exporter labels them`() async throws {
    try await withFleet(plan(cut: .halves)) { _, endpoints in
      let page = try await scrape(endpoints.targets[0].target)
      let engine = page.text.split(separator: "\n").filter {
        $0.hasPrefix("DCGM_FI_PROF_GR_ENGINE_ACTIVE{")
      }
      #expect(engine.count == 16)
      let row = try #require(engine.last)
      for label in [
        "{gpu=\"7\",UUID=\"GPU-", ",pci_bus_id=\"00000000:7F:00.0\",device=\"nvidia7\"",
        ",modelName=\"NVIDIA A100-SXM4-40GB\",GPU_I_PROFILE=\"3g.20gb\",GPU_I_ID=\"2\"",
        ",Hostname=\"gpu-0\",DCGM_FI_DRIVER_VERSION=\"",
      ] { #expect(row.contains(label), "\(row)") }
      #expect(page.values(DeviceField.gpuUtilization.metricName) == Array(repeating: 0, count: 16))
    }
  }

  @Test func `It says the power limit of every GPU`() async throws {
    try await withFleet(plan()) { _, endpoints in
      let page = try await scrape(endpoints.targets[0].target)
      #expect(page.values("DCGM_FI_DEV_POWER_MGMT_LIMIT") == Array(repeating: 400, count: 8))
    }
  }

  @Test(arguments: [false, true])
  func `A late answer is of the moment before its wait, or after it`(readsLast: Bool) async throws {
    let time = RealTime()
    let lateness = AnswerLateness(upTo: .milliseconds(800), readsLast: readsLast)
    try await withFleet(plan(lateness: lateness), time: time) { _, endpoints in
      // Chance is the same in every run: the second answer waits 0.48 s, the third 0.09 s.
      var joules: [Double] = []
      var watts = 0.0
      for _ in 0..<3 {
        let page = try await scrape(endpoints.targets[0].target)
        joules += page.values(DeviceField.totalEnergy.metricName).prefix(1).map { $0 / 1000 }
        watts = page.values(DeviceField.powerUsage.metricName).first ?? 0
      }
      try #require(joules.count == 3 && watts > 0)
      let apart = (joules[2] - joules[1]) / watts
      #expect(readsLast ? apart < 0.4 : apart > 0.45)
    }
  }
}
