//! Small symmetric systems of equations, by Cholesky's method.

/// A square matrix.
#[derive(Debug, Clone)]
pub(crate) struct Matrix {
    size: usize,
    cells: Vec<f64>,
}

impl Matrix {
    pub(crate) fn new(size: usize) -> Self {
        Self { size, cells: vec![0.0; size * size] }
    }

    pub(crate) fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.size + column]
    }

    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.size..(row + 1) * self.size]
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (sum, one) in self.cells.iter_mut().zip(&other.cells) {
            *sum += one;
        }
    }

    /// Copies the lower half over the upper one.
    pub(crate) fn mirror(&mut self) {
        for row in 0..self.size {
            for column in 0..row {
                self.cells[column * self.size + row] = self.cells[row * self.size + column];
            }
        }
    }

    /// The lower triangle whose square this is; nothing when it is not positive.
    fn root(&self) -> Option<Self> {
        let mut root = Self::new(self.size);
        for row in 0..self.size {
            for column in 0..=row {
                let known: f64 = (0..column).map(|k| root.at(row, k) * root.at(column, k)).sum();
                let rest = self.at(row, column) - known;
                let cell = if row == column {
                    (rest > 0.0).then(|| rest.sqrt())?
                } else {
                    rest / root.at(column, column)
                };
                root.row_mut(row)[column] = cell;
            }
        }
        Some(root)
    }
}

/// Solves `matrix · x = right`; nothing when the matrix is not positive.
pub(crate) fn solve(matrix: &Matrix, right: &[f64]) -> Option<Vec<f64>> {
    Some(by_root(&matrix.root()?, right))
}

fn by_root(root: &Matrix, right: &[f64]) -> Vec<f64> {
    let mut x = right.to_owned();
    for row in 0..root.size {
        let known: f64 = (0..row).map(|k| root.at(row, k) * x[k]).sum();
        x[row] = (x[row] - known) / root.at(row, row);
    }
    for row in (0..root.size).rev() {
        let known: f64 = (row + 1..root.size).map(|k| root.at(k, row) * x[k]).sum();
        x[row] = (x[row] - known) / root.at(row, row);
    }
    x
}

/// The inverse; nothing when the matrix is not positive.
pub(crate) fn inverse(matrix: &Matrix) -> Option<Matrix> {
    let root = matrix.root()?;
    let mut inverse = Matrix::new(matrix.size);
    for column in 0..matrix.size {
        let mut unit = vec![0.0; matrix.size];
        unit[column] = 1.0;
        for (row, value) in by_root(&root, &unit).into_iter().enumerate() {
            inverse.row_mut(row)[column] = value;
        }
    }
    Some(inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solution_solves_and_an_inverse_inverts() {
        let mut matrix = Matrix::new(3);
        matrix.row_mut(0).copy_from_slice(&[4.0, 1.0, 0.5]);
        matrix.row_mut(1).copy_from_slice(&[1.0, 3.0, 0.2]);
        matrix.row_mut(2).copy_from_slice(&[0.5, 0.2, 2.0]);
        let x = solve(&matrix, &[1.0, 2.0, 3.0]).expect("it is positive");
        let back: Vec<f64> = (0..3).map(|row| (0..3).map(|k| matrix.at(row, k) * x[k]).sum()).collect();
        assert!(back.iter().zip([1.0, 2.0, 3.0]).all(|(ours, right)| (ours - right).abs() < 1e-12));
        let inverse = inverse(&matrix).expect("it is positive");
        let one: f64 = (0..3).map(|k| matrix.at(1, k) * inverse.at(k, 1)).sum();
        assert!((one - 1.0).abs() < 1e-12);
        assert!(solve(&Matrix::new(2), &[1.0, 1.0]).is_none());
    }
}
