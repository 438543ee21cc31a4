import CostModel
import FleetModel

/// Several devices' work on slices of one GPU, where the GPU can be split by MIG.
enum SliceSplit {
  /// Slices of equal size, the smallest first, with how many a GPU has and NVIDIA's profile number
  /// (MIG User Guide, `nvidia-smi mig -lgip`).
  private static let kinds: [(slice: MIGSlice, each: Int, profile: Int)] = [
    (.g1, 7, 19), (.g2, 3, 14), (.g3, 2, 9),
  ]

  static func idea(for scene: RightsizeScene) -> Rightsize.Idea? {
    let gpu = scene.machine.gpu
    guard gpu.isSliceable, let load = scene.needs.engine.quantile(0.95),
      let fit = kinds.first(where: { fits($0.slice, gpu, load, scene.memory) })
    else { return nil }
    let left = (scene.count + fit.each - 1) / fit.each
    guard left < scene.count else { return nil }
    let saving = scene.rate.cost(of: .hours(720 * Int64(scene.count - left)))
    return Rightsize.Idea(saving: saving) {
      let profiles = Array(repeating: String(fit.profile), count: fit.each)
      return Advice(
        kind: .rightsize, subject: .pool(scene.pool.name), pool: scene.pool.name,
        text: "Each device fits into \(fit.slice.compute) of 7 slices of a \(gpu.rawValue): "
          + "memory \(Int(scene.memory.rounded(.up))) of \(Int(memory(of: fit.slice, gpu))) MiB, "
          + "load \(load.percent). \(left) of \(scene.count) nodes would do.",
        monthlySaving: saving, risk: .medium, isEstimated: true,
        command: "nvidia-smi mig -cgi \(profiles.joined(separator: ",")) -C")
    }
  }

  private static func fits(
    _ slice: MIGSlice, _ gpu: GPUType, _ load: Double, _ needed: Double
  ) -> Bool {
    needed <= memory(of: slice, gpu) && load <= Double(slice.compute) / 7
  }

  private static func memory(of slice: MIGSlice, _ gpu: GPUType) -> Double {
    gpu.memoryMiB * Double(slice.memory) / 8
  }
}
