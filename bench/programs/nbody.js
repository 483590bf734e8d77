// Floats in records.
function main() {
  const { sqrt, PI } = Math, year = 365.24, mass = 4 * PI * PI;
  const bodies = [
    { x: 0, y: 0, z: 0, vx: 0, vy: 0, vz: 0, mass },
    { x: 4.84143144246472090, y: -1.16032004402742839, z: -0.103622044471123109, vx: 0.00166007664274403694 * year,
      vy: 0.00769901118419740425 * year, vz: -0.0000690460016972063023 * year, mass: 0.000954791938424326609 * mass },
    { x: 8.34336671824457987, y: 4.12479856412430479, z: -0.403523417114321381, vx: -0.00276742510726411899 * year,
      vy: 0.00499852801234917238 * year, vz: 0.0000230417297573763929 * year, mass: 0.000285885980666130812 * mass },
    { x: 12.8943695621391310, y: -15.1111514016986312, z: -0.223307578892655734, vx: 0.00296460137564761618 * year,
      vy: 0.00237847173959480950 * year, vz: -0.0000296589568540237556 * year, mass: 0.0000436624404335156298 * mass },
    { x: 15.3796971148509165, y: -25.9193146099879641, z: 0.179258772950371181, vx: 0.00268067772490389322 * year,
      vy: 0.00162824170038242295 * year, vz: -0.0000951592254519715870 * year, mass: 0.0000515138902046611451 * mass },
  ];
  const advance = (time) => {
    for (let i = 0; i < bodies.length; i++) {
      const a = bodies[i];
      for (let j = i + 1; j < bodies.length; j++) {
        const b = bodies[j], dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
        const squared = dx * dx + dy * dy + dz * dz, pull = time / (squared * sqrt(squared));
        a.vx -= dx * b.mass * pull, a.vy -= dy * b.mass * pull, a.vz -= dz * b.mass * pull;
        b.vx += dx * a.mass * pull, b.vy += dy * a.mass * pull, b.vz += dz * a.mass * pull;
      }
    }
    for (const a of bodies) a.x += time * a.vx, a.y += time * a.vy, a.z += time * a.vz;
  };
  for (let i = 0; i < 8000; i++) advance(0.01);
  return `${bodies[0].x.toFixed(12)} ${bodies[4].z.toFixed(12)}`;
}
return main();
